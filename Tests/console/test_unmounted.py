"""A recorder whose disk is not mounted at its start: the console says so and nothing is written."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Browser
from console import Console
from said import TEXT, shown, translations
from waiting import eventually

MARKER = ".cctv/volume.json"
# The video is what is seen in the middle of its place, and the reason is seen too.
PICTURE = """
    const video = document.querySelector('.tile video');
    const box = video?.getBoundingClientRect();
    return video?.videoWidth > 0
        && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === video
        && document.querySelector('.tile-fault').innerText.includes('unmounted');
"""


def _ready(console: Console) -> tuple[int, str]:
    """What whoever watches over the recorder hears."""
    try:
        with urllib.request.urlopen(f"{console.url}/readyz", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def _everything(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file below a folder, with what changes when somebody writes to it."""
    found = {}
    for path in (folder, *folder.glob("**/*")):
        facts = path.stat()
        found[str(path.relative_to(folder))] = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
    return found


@pytest.fixture
def away(make_console: Callable[..., Console]) -> Iterator[Console]:
    """A recorder that has recorded, was ended, and finds its folder without its marker.

    That is what an empty mount point looks like to it, and needs no other disk.
    """
    console = make_console("h264-aac.mp4", VIDEO_CLIP_DURATION=3)
    recorder = console.recorder
    recorder.wait_for("clip.finalized", 1)
    assert recorder.stop() == 0
    uuid = json.loads((recorder.output / MARKER).read_text())["uuid"]
    # What is on the system's disk is not remembered by itself.
    memory = console.folder / "state/cctv/volumes.json"
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({str(recorder.output): uuid}))
    (recorder.output / MARKER).rename(console.folder / "marker")
    yield console
    console.end()


def test_the_console_says_what_to_do_and_recording_begins_when_the_disk_is_there(
    away: Console, browser: Browser
) -> None:
    recorder = away.recorder
    before = _everything(recorder.output)
    said = len(recorder.stderr())
    recorder.start()
    eventually("it is not ready", lambda: _ready(away)[0] == 503, within=15)
    assert _ready(away)[1] == "the disk takes no clips: unmounted\n"
    assert "not mounted" in recorder.stderr()[said:]
    away.enter(browser, "/live")
    browser.see("the folder's disk is unmounted")
    browser.see("Since ")
    browser.wait("a live picture that nothing covers", PICTURE, within=20)
    browser.open(f"{away.url}/storage")
    browser.see("The disk of the recordings is not mounted")
    browser.see("Recording begins by itself")
    browser.find("Accept the folder")
    assert browser.audit() == []
    for screen, word in (("clips", "see Storage"), ("timeline", "see Storage"), ("log", "unmounted")):
        browser.open(f"{away.url}/{screen}")
        browser.see(word)
    assert _everything(recorder.output) == before, "not a byte goes into the disk's place"

    browser.open(f"{away.url}/storage")
    browser.find("Accept the folder")
    (away.folder / "marker").rename(recorder.output / MARKER)
    browser.see("Share of each camera", within=20)
    eventually("it is ready", lambda: _ready(away) == (200, "ok\n"), within=10)
    recorder.wait_for("volume.back")
    recorder.wait_for("clip.finalized", 1, within=20)
    events = [line["event"] for line in recorder.log()]
    assert events.index("program.started") < events.index("volume.down") < events.index("volume.back")
    day = browser.js("""
        const now = Date.now();
        return [now - 3600e3, now].map((each) => new Date(each).toISOString());
    """)
    gaps = browser.fetch("GET", f"/api/v1/gaps?from={day[0]}&to={day[1]}")["gaps"]
    assert "disk-missing" in {gap["cause"] for gap in gaps}
    browser.open("about:blank")
    assert recorder.stop() == 0


def test_a_disk_that_is_away_is_said_in_german(away: Console, browser: Browser) -> None:
    away.recorder.start()
    eventually("it is not ready", lambda: _ready(away)[0] == 503, within=15)
    away.enter(browser, "/live")
    browser.js("localStorage.setItem('language', 'de')")
    for screen in ("live", "storage", "clips", "timeline", "settings"):
        browser.open(f"{away.url}/{screen}")
        browser.see("die Platte des Ordners ist nicht eingehängt")
        assert shown(list(translations("de")), browser.js(TEXT)) == [], screen


def test_a_folder_that_is_accepted_in_the_page_is_recorded_to(
    away: Console, browser: Browser
) -> None:
    recorder = away.recorder
    recorder.start()
    eventually("it is not ready", lambda: _ready(away)[0] == 503, within=15)
    away.enter(browser, "/storage")
    browser.press("Accept the folder")
    browser.see("New recordings go to")
    browser.press("Accept the folder")
    eventually("it is ready", lambda: _ready(away) == (200, "ok\n"), within=20)
    recorder.wait_until_recording(1)
    recorder.wait_for("clip.finalized", 1, within=20)
    new = json.loads((recorder.output / MARKER).read_text())["uuid"]
    assert new != json.loads((away.folder / "marker").read_text())["uuid"]
    browser.open("about:blank")
    browser.errors()
    assert recorder.stop() == 0
    recorder.start()
    recorder.wait_until_recording(1)
