"""The live screen: pictures that move, the state in a word, Start and Stop."""

from collections.abc import Callable

import pytest
from browser import Browser
from console import Console
from waiting import eventually, pause


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """Two cameras with pictures of different sizes."""
    return make_console("h264-aac.mp4", "h264-other.mp4", VIDEO_CLIP_DURATION=10)


WORD = "return document.querySelector('.state-word')?.innerText.trim() === arguments[0]"
TIMES = "return [...document.querySelectorAll('.tile video')].map((video) => video.currentTime)"
# Pixels of a row in the middle, where the test card's bar moves.
PIXELS = """
    const video = document.querySelector('.tile video');
    const pen = new OffscreenCanvas(64, 36).getContext('2d');
    pen.drawImage(video, 0, 0, 64, 36);
    return [...pen.getImageData(0, 0, 64, 36).data].filter((_, index) => index % 16 === 0).join();
"""
# When a second picture was seen that is less than a second behind the newest, in milliseconds since the
# page was opened.
MOVES = """
    const done = arguments[0];
    let before = null;
    const look = () => {
        const video = document.querySelector('.tile video');
        if (!video?.videoWidth) return requestAnimationFrame(look);
        video.requestVideoFrameCallback((_, { mediaTime }) => {
            const behind = video.buffered.end(video.buffered.length - 1) - mediaTime;
            if (before !== null && mediaTime > before && behind < 1) return done(performance.now());
            before = mediaTime;
            look();
        });
    };
    look();
"""


def test_every_picture_moves(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.wait(
        "both pictures",
        "return [...document.querySelectorAll('.tile video')].filter((video) => video.videoWidth).length === 2",
    )
    before = browser.js(TIMES)
    picture = browser.js(PIXELS)
    browser.until(
        "pictures that move",
        lambda: all(now > then + 1 for now, then in zip(browser.js(TIMES), before)),
    )
    assert browser.js(PIXELS) != picture
    browser.wait("the word", WORD, "Recording")
    browser.wait(
        "the current files", "return document.querySelectorAll('.now-files code').length === 2"
    )
    browser.wait("the log", "return document.querySelectorAll('.now-log .log-line').length >= 4")


def test_the_first_viewer_sees_a_moving_picture_at_once(
    make_console: Callable[..., Console], browser: Browser,
) -> None:
    # A key frame every two minutes.
    console = make_console("h264-long-gop.mp4")
    console.enter(browser, "/storage")
    eventually(
        "some pictures", lambda: any(clip.stat().st_size > 8_000 for clip in console.recorder.clips()),
        within=20)
    browser.open(f"{console.url}/live")
    moved = browser.driver.execute_async_script(MOVES)
    print(f"\nthe picture moves {moved:.0f} ms after the page was opened")
    assert moved < 1500


def test_stop_asks_first_and_start_records_again(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.press("Stop recording")
    browser.see("Stop recording all cameras?")
    browser.press("Cancel")
    browser.wait("the word", WORD, "Recording")
    browser.press("Stop recording")
    browser.press("Stop")
    browser.wait("the word", WORD, "Stopped")
    eventually("clips that are final", lambda: not _sizes_change(console), within=10)
    browser.press("Start recording")
    browser.wait("the word", WORD, "Recording", within=15)
    eventually("clips that grow", lambda: _sizes_change(console), within=10)


def test_one_camera_is_stopped_alone(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.press("cam-2: stop recording")
    browser.press("Stop")
    browser.wait("the word", WORD, "1 of 2 recording")
    browser.wait(
        "the reason in its place",
        "return document.querySelector('[data-camera=cam-2] .tile-fault')?.innerText.includes('Stopped')",
    )
    browser.press("cam-2: start recording")
    browser.wait("the word", WORD, "Recording", within=15)


def test_a_camera_alone_and_back(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.press("cam-2")
    browser.wait(
        "one tile",
        "return document.querySelectorAll('.tile').length === 1 && location.search === '?camera=cam-2'",
    )
    browser.driver.back()
    browser.wait("two tiles", "return document.querySelectorAll('.tile').length === 2")


def _sizes_change(console: Console) -> bool:
    sizes = [clip.stat().st_size for clip in console.recorder.clips()]
    pause(1.5)
    return sizes != [clip.stat().st_size for clip in console.recorder.clips()]
