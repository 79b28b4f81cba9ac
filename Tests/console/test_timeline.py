"""The time line: any frame is found, and playing goes on over the end of a clip."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from browser import Browser
from console import Console
from frames import frame_times, shown_frame
from selenium.webdriver.common.keys import Keys
from timeline import READY, address, clips, moment

TEXT = "(document.querySelector('.strip')?.getAttribute('aria-valuetext') ?? '')"
VALUE, SAME = f"return {TEXT}", f"return {TEXT} === arguments[0]"
CHANGED, LATER = f"return {TEXT} !== arguments[0]", f"return {TEXT} > arguments[0]"


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera with clips of eight seconds, of which three are finished."""
    console = make_console(
        "h264-aac.mp4", "h264-other.mp4", VIDEO_CLIP_DURATION=8, ALIGN_CLIPS=False
    )
    console.recorder.wait_for("clip.finalized", 6, within=60)
    return console


@pytest.fixture
def busy() -> Iterator[None]:
    """A machine whose processors have something else to do."""
    work = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    yield
    for each in work:
        each.kill()
        each.wait()


def test_an_instant_is_the_frame_that_was_recorded_then(console: Console, browser: Browser) -> None:
    console.enter(browser)
    clip = clips(browser)[1]
    path = console.recorder.output / clip["path"]
    times = frame_times(path)
    for wanted in (3, 100, 171):
        middle = (times[wanted] + times[wanted + 1]) / 2
        share = middle / clip["seconds"]
        length = moment(clip["end"]) - moment(clip["start"])
        at = address(moment(clip["start"]) + share * length)
        browser.open(f"{console.url}/timeline?at={at}&cams=cam-1")
        browser.wait("a picture", READY)
        assert abs(shown_frame(browser, path, wanted) - wanted) <= 1, f"frame {wanted}"


def test_playing_goes_on_over_the_end_of_a_clip(console: Console, browser: Browser) -> None:
    console.enter(browser)
    first, second = clips(browser)[:2]
    at = address(moment(first["end"]) - timedelta(seconds=3))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1&play=1")
    browser.wait("a picture", READY)
    browser.js("""
        window.seen = [];
        const watch = () => {
            const video = document.querySelector('.stage-lane video.front');
            const last = seen.at(-1);
            if (last?.clip !== video.dataset.clip || last.time !== video.currentTime) {
                seen.push({ clip: video.dataset.clip, time: video.currentTime, at: performance.now(), ready: video.readyState });
            }
            requestAnimationFrame(watch);
        };
        watch();
    """)
    browser.wait(
        "the next clip",
        "return seen.at(-1).clip === `${arguments[0]}` && seen.at(-1).time > 1.5",
        second["id"],
        within=20,
    )
    seen = browser.js("return seen")
    assert {entry["clip"] for entry in seen} == {str(first["id"]), str(second["id"])}
    assert all(entry["ready"] >= 2 for entry in seen), "a video without a picture was in front"
    before = [entry for entry in seen if entry["clip"] == str(first["id"])]
    after = [entry for entry in seen if entry["clip"] == str(second["id"])]
    pause = (after[0]["at"] - before[-1]["at"]) / 1000
    print(f"between the last picture of a clip and the first of the next: {pause:.3f} s")
    assert before[-1]["time"] > first["seconds"] - 0.15, "the end of the clip was not played"
    assert after[0]["time"] < 0.3, "the beginning of the next clip was left out"
    assert pause < 0.4


def test_the_clip_that_is_being_recorded_plays(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.press("cam-1: look back 30 seconds")
    browser.wait("a picture", READY)
    browser.press("Pause")
    at = address(datetime.now(timezone.utc) - timedelta(seconds=2))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1&play=1")
    browser.wait("a picture", READY)
    start = browser.js(VALUE)
    browser.wait("time that goes on", CHANGED, start)
    id_before = clips(browser)[-1]["id"]
    browser.until(
        "the next clip on the disk", lambda: clips(browser)[-1]["id"] > id_before, within=20
    )
    passed = browser.js(VALUE)
    browser.wait("playing in the next clip", LATER, passed, within=20)


def test_the_edge_of_the_recording_never_stands_still_on_a_busy_machine(
    console: Console, browser: Browser, busy: None
) -> None:
    console.enter(browser)
    at = address(datetime.now(timezone.utc) - timedelta(seconds=4))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1,cam-2&play=1")
    browser.wait("a picture", READY)
    browser.driver.set_script_timeout(60)
    # Four clips of eight seconds are finished meanwhile.
    seen = browser.driver.execute_async_script(
        """
        const [seconds, done] = arguments;
        const begin = performance.now();
        let last = { value: '', at: begin };
        let longest = 0;
        const look = () => {
            const now = performance.now();
            const value = document.querySelector('.strip').getAttribute('aria-valuenow');
            if (value !== last.value) last = { value, at: now };
            longest = Math.max(longest, now - last.at);
            if (now - begin < seconds * 1000) requestAnimationFrame(look);
            else done({ longest: longest / 1000, behind: Date.now() / 1000 - Number(value) });
        };
        look();
        """,
        35,
    )
    print(f"\nthe longest that a second was shown at the edge: {seen['longest']:.1f} s, at the end"
          f" {seen['behind']:.1f} s behind the present")
    assert seen["longest"] < 4
    assert seen["behind"] < 15


def test_cameras_stay_in_step(console: Console, browser: Browser) -> None:
    console.enter(browser)
    at = address(moment(clips(browser)[0]["start"]) + timedelta(seconds=2))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1,cam-2&play=1")
    browser.wait(
        "two pictures",
        "return document.querySelectorAll('.stage-lane video.front').length === 2 && [...document.querySelectorAll('.stage-lane video.front')].every((video) => video.currentTime > 3.5)",
        within=15,
    )
    lanes = [clips(browser, f"cam-{number}")[0] for number in (1, 2)]
    times = browser.js(
        "return [...document.querySelectorAll('.stage-lane video.front')].map((video) => video.currentTime)"
    )
    instants = [moment(clip["start"]) + timedelta(seconds=time) for clip, time in zip(lanes, times)]
    assert abs((instants[0] - instants[1]).total_seconds()) < 0.3


def test_gaps_are_worded_and_the_state_is_in_the_address(
    console: Console, browser: Browser
) -> None:
    console.enter(browser)
    first = clips(browser)[0]
    at = address(moment(first["start"]) - timedelta(seconds=20))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1")
    browser.wait(
        "why there is no picture",
        "return document.querySelector('.stage-words:not([hidden])')?.innerText",
    )
    browser.keys(Keys.PAGE_DOWN)
    browser.wait(
        "the first clip", "return document.querySelector('.stage-lane video.front').readyState >= 2"
    )
    browser.keys("+")
    browser.wait(
        "the zoom in the address",
        "return new URLSearchParams(location.search).get('span') === '3600'",
    )
    shared = browser.driver.current_url
    value = browser.js(VALUE)
    browser.open("about:blank")
    browser.open(shared)
    browser.wait("the same instant", SAME, value)


def test_wheel_drag_and_hover(console: Console, browser: Browser) -> None:
    console.enter(browser)
    at = address(moment(clips(browser)[1]["start"]) + timedelta(seconds=1))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1&span=600")
    browser.wait("a picture", READY)
    strip = browser.find("Position on the time line")
    # The present is near, so that the playhead is at 85 hundredths of the strip.
    where = round(strip.size["width"] * 0.35) + 2
    browser.point(strip, where)
    browser.wait(
        "a preview with its time",
        "return /\\d\\d:\\d\\d:\\d\\d/.test(document.querySelector('.preview:not([hidden])')?.innerText)",
    )
    browser.wait(
        "a picture of it",
        "const image = document.querySelector('.preview img'); return !image.hidden && image.naturalWidth > 0",
    )
    shown = browser.js("return document.querySelector('.preview strong').innerText")
    browser.wheel(strip, where, -240)
    browser.wait(
        "a shorter stretch", "return Number(new URLSearchParams(location.search).get('span')) < 500"
    )
    browser.point(strip, where - 1)
    browser.point(strip, where)
    assert (
        browser.js("return document.querySelector('.preview strong').innerText") == shown
    ), "another instant is under the pointer"
    playhead = browser.js(VALUE)
    browser.drag(strip, where, -100)
    assert browser.js(VALUE) == playhead, "a drag moves the view, not the playhead"
    browser.point(strip, where - 100)
    browser.wait(
        "the same instant where it was dragged to",
        "return document.querySelector('.preview strong').innerText === arguments[0]",
        shown,
    )
