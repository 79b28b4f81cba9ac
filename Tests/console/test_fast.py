"""Watching four cameras many times as fast: key frames alone, in step, as fast as it says."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from browser import Browser
from console import Console
from timeline import READY, address, clips, moment

CAMERAS = 4
FILM = 60

# Follows the instant that the time line shows and those of the pictures, once for each picture of the
# screen, until the film has gone on for so many seconds.
WATCH = """
    const [film, done] = arguments;
    const strip = document.querySelector('.strip');
    const lanes = [...document.querySelectorAll('.stage-lane')];
    const seen = [];
    let first = null;
    const look = () => {
        const value = Number(strip.getAttribute('aria-valuenow'));
        const videos = lanes.map((lane) => lane.querySelector('video.front'));
        first ??= { value, at: performance.now() };
        seen.push({ value, at: performance.now(), pictures: videos.map((video) => [video.src, video.currentTime]) });
        if (value - first.value >= film) {
            done({ seen, wall: (performance.now() - first.at) / 1000, film: value - first.value });
        } else {
            requestAnimationFrame(look);
        }
    };
    // Begins with the first second that changes: the value has whole seconds.
    const before = strip.getAttribute('aria-valuenow');
    const begin = () => (strip.getAttribute('aria-valuenow') === before ? requestAnimationFrame(begin) : look());
    begin();
"""


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """Four cameras with a little more than a minute in clips of 25 seconds."""
    console = make_console(
        "h264-aac.mp4", "h264-other.mp4", "h264-bframes.mp4", "h264-noaudio.mp4",
        VIDEO_CLIP_DURATION=25, ALIGN_CLIPS=False,
    )
    console.recorder.wait_for("clip.finalized", 3 * CAMERAS, within=110)
    return console


@pytest.mark.parametrize("rate", [8, 16])
def test_four_cameras_play_many_times_as_fast(
    console: Console, browser: Browser, rate: int
) -> None:
    console.enter(browser)
    names = [f"cam-{number}" for number in range(1, CAMERAS + 1)]
    recorded = {name: clips(browser, name) for name in names}
    start = max(moment(found[0]["start"]) for found in recorded.values())
    browser.open(f"{console.url}/timeline?at={address(start)}&cams={','.join(names)}&span=120")
    browser.wait("a picture", READY)
    browser.choose("Speed", f"{rate}×")
    browser.keys("k")
    seen = browser.driver.execute_async_script(WATCH, FILM)
    print(f"\n{seen['film']} s of film of four cameras at {rate}x: {seen['wall']:.2f} s")
    assert abs(seen["wall"] * rate / seen["film"] - 1) < 0.1
    apart = [_apart(look["pictures"], recorded) for look in seen["seen"]]
    print(f"pictures are apart by at most {max(apart):.1f} s of film")
    # A quarter of a second as a person sees it.
    assert sorted(apart)[len(apart) * 95 // 100] < rate / 4
    shown = [{tuple(look["pictures"][lane]) for look in seen["seen"]} for lane in range(CAMERAS)]
    assert all(len(each) > 20 for each in shown), "a picture stood still"


def test_fast_playing_ends_at_the_present(console: Console, browser: Browser) -> None:
    console.enter(browser)
    at = address(datetime.now(timezone.utc) - timedelta(seconds=40))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1,cam-2&span=120")
    browser.wait("a picture", READY)
    browser.choose("Speed", "16×")
    browser.keys("k")
    browser.see("Caught up with the present", within=20)
    browser.wait("normal speed", "return document.querySelector('.transport select').value === '1'")
    value = browser.js("return Number(document.querySelector('.strip').getAttribute('aria-valuenow'))")
    assert datetime.now(timezone.utc).timestamp() - value < 12
    browser.wait(
        "pictures that go on",
        "return Number(document.querySelector('.strip').getAttribute('aria-valuenow')) > arguments[0] + 2"
        " && document.querySelectorAll('.stage-words:not([hidden])').length === 0",
        value,
    )


def _apart(pictures: list, recorded: dict[str, list[dict]]) -> float:
    """Seconds from the earliest to the latest of some pictures."""
    instants = []
    for (source, time), found in zip(pictures, recorded.values()):
        number = source.split("/clips/")[-1].split("/")[0]
        clip = next((each for each in found if str(each["id"]) == number), None)
        if clip:
            instants.append(moment(clip["start"]).timestamp() + time)
    return max(instants) - min(instants)
