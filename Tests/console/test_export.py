"""What is exported from the page is what was recorded, to the byte."""

import hashlib
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import clips
import pytest
from browser import Browser
from console import Console
from timeline import READY, address, moment


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera with short clips, of which three are finished."""
    console = make_console("h264-aac.mp4", VIDEO_CLIP_DURATION=4, ALIGN_CLIPS=False)
    console.recorder.wait_for("clip.finalized", 3, within=40)
    return console


def download(browser: Browser, url: str) -> bytes:
    """A file of the API, with the browser's session."""
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in browser.driver.get_cookies())
    request = urllib.request.Request(url, headers={"Cookie": cookies} if cookies else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def test_two_keys_a_size_and_a_file(console: Console, browser: Browser, tmp_path: Path) -> None:
    console.enter(browser)
    recorded = browser.fetch("GET", "/api/v1/clips?camera=cam-1&order=oldest")["clips"]
    start = moment(recorded[0]["start"]) + timedelta(seconds=2)
    browser.open(f"{console.url}/timeline?at={address(start)}&cams=cam-1&span=120")
    browser.wait("a picture", READY)
    browser.keys("i")
    browser.keys("l")
    browser.keys("o")
    said = browser.wait(
        "the size", "return document.querySelector('.range-size strong')?.innerText"
    )
    browser.press("Export")
    browser.wait(
        "a finished export", "return document.querySelector('.export-card .hash')", within=20
    )
    digest = browser.js("return document.querySelector('.hash').innerText")
    link = browser.js("return document.querySelector('.export-card a.primary').href")
    video = download(browser, link)
    assert hashlib.sha256(video).hexdigest() == digest
    path = tmp_path / "export.mp4"
    path.write_bytes(video)
    amount, unit = said.split()
    size = float(amount) * {"kB": 1024, "MB": 1024**2}[unit]
    assert abs(size - len(video)) < max(
        8192, 0.02 * len(video)
    ), f"{said} was said, {len(video)} came"

    exported = [data for _, data in clips.samples(path)]
    source = [
        data
        for clip in browser.fetch("GET", "/api/v1/clips?camera=cam-1&order=oldest")["clips"]
        if not clip["open"]
        for _, data in clips.samples(console.recorder.output / clip["path"])
    ]
    first = source.index(exported[0])
    assert exported == source[first : first + len(exported)]
    assert len(exported) >= 25 * 10
    manifest = download(browser, link.replace("video.mp4", "manifest.json"))
    assert digest.encode() in manifest


def test_what_is_protected_is_marked(console: Console, browser: Browser) -> None:
    console.enter(browser)
    clip = browser.fetch("GET", "/api/v1/clips?camera=cam-1&order=oldest")["clips"][0]
    browser.open(f"{console.url}/timeline?at={clip['start']}&cams=cam-1&span=120")
    browser.wait("a picture", READY)
    browser.keys("p")
    browser.press("this clip")
    browser.write("Note for the protection", "A parcel is left")
    browser.press("Protect")
    browser.see("Protected: it is not deleted")
    browser.open(f"{console.url}/storage")
    browser.see("A parcel is left")
    browser.open(f"{console.url}/clips?order=oldest")
    browser.wait(
        "its mark",
        "return document.querySelector('tbody tr .state')?.innerText.includes('protected')",
    )
