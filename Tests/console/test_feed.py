"""How clips reach the players: over few connections, from any second on, and past pauses of the sound."""

import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from browser import Browser
from console import Console
from timeline import READY, address, clips, moment
from tools import tool

CAMERAS = 4
MEGABITS = 8

# Asks for the recorder's state again and again, and counts what comes of its own accord.
WATCH = """
    const [seconds, done] = arguments;
    const answers = [];
    let statuses = 0;
    const sources = [1, 2].map(() => new EventSource('/api/v1/events?log=INFO'));
    sources[0].addEventListener('status', () => { statuses += 1; });
    const end = performance.now() + seconds * 1000;
    const ask = async () => {
        const before = performance.now();
        await (await fetch('/api/v1/status', { cache: 'no-store' })).json();
        answers.push(performance.now() - before);
        if (performance.now() < end) setTimeout(ask, 200);
        else {
            for (const source of sources) source.close();
            done({ answers, statuses, times: [...document.querySelectorAll('.stage-lane video.front')]
                .map((video) => video.currentTime) });
        }
    };
    ask();
"""


@pytest.fixture(scope="module")
def console(
    make_console: Callable[..., Console], tmp_path_factory: pytest.TempPathFactory
) -> Console:
    """Cameras whose clips are far larger than what a browser reads ahead, and cost nothing to decode."""
    media = tmp_path_factory.mktemp("media") / "wide.mp4"
    rate = f"{MEGABITS}M"
    subprocess.run(
        [
            tool("ffmpeg"), "-v", "error", "-f", "lavfi",
            "-i", "testsrc2=size=160x90:rate=25:duration=8", "-c:v", "libx264", "-pix_fmt", "yuv420p",
            "-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", "1M", "-nal-hrd", "cbr",
            "-g", "200", "-keyint_min", "200", "-sc_threshold", "0", "-bf", "0", media,
        ],
        check=True,
    )
    console = make_console(*[str(media)] * CAMERAS, VIDEO_CLIP_DURATION=45, ALIGN_CLIPS=False)
    console.recorder.wait_for("clip.finalized", CAMERAS, within=90)
    return console


@pytest.fixture(scope="module")
def halting(
    make_console: Callable[..., Console], tmp_path_factory: pytest.TempPathFactory
) -> Console:
    """A camera whose sound is there for three of nine seconds."""
    media = tmp_path_factory.mktemp("media") / "halting.mp4"
    subprocess.run(
        [
            tool("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=9",
            "-f", "lavfi", "-i", "sine=duration=3", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25",
            "-bf", "0", "-c:a", "aac", media,
        ],
        check=True,
    )
    console = make_console(str(media), VIDEO_CLIP_DURATION=30, ALIGN_CLIPS=False)
    console.recorder.wait_for("clip.finalized", within=60)
    return console


@pytest.mark.parametrize("rate", [1, 16])
def test_four_players_starve_nobody(console: Console, browser: Browser, rate: int) -> None:
    console.enter(browser)
    names = [f"cam-{number}" for number in range(1, CAMERAS + 1)]
    first = {name: clips(browser, name)[0] for name in names}
    assert all(each["bytes"] > 30 << 20 for each in first.values()), "the clips are too small"
    at = max(moment(each["start"]) for each in first.values())
    browser.open(f"{console.url}/timeline?at={address(at)}&cams={','.join(names)}")
    browser.wait("a picture", READY)
    if rate > 1:
        browser.choose("Speed", f"{rate}×")
    browser.keys("k")
    seconds = 12
    seen = browser.driver.execute_async_script(WATCH, seconds)
    if rate == 1:
        assert all(time > seconds / 2 for time in seen["times"]), f"some stood still: {seen['times']}"
    slowest = max(seen["answers"])
    print(f"\n{CAMERAS} players at {rate}x: the slowest of {len(seen['answers'])} answers took"
          f" {slowest:.0f} ms, {seen['statuses']} states came, {connections(console)} connections")
    assert slowest < 1000
    assert len(seen["answers"]) > seconds
    assert seen["statuses"] > seconds / 2


def test_a_second_long_after_its_key_frame_is_shown(console: Console, browser: Browser) -> None:
    console.enter(browser)
    clip = clips(browser, "cam-1")[0]
    for seconds in (23.5, 39.5, 14.5):
        at = moment(clip["start"]) + timedelta(seconds=seconds)
        browser.open(f"{console.url}/timeline?at={address(at)}&cams=cam-1")
        browser.wait("a picture", READY, within=5)
        shown = browser.js("return document.querySelector('.stage-lane video.front').currentTime")
        assert abs(shown - seconds) < 0.1


def test_a_pause_of_the_sound_does_not_hold_the_picture_up(
    halting: Console, browser: Browser
) -> None:
    halting.enter(browser)
    clip = clips(browser)[0]
    at = address(moment(clip["start"]) + timedelta(seconds=1))
    browser.open(f"{halting.url}/timeline?at={at}&cams=cam-1&play=1")
    browser.wait("a picture", READY)
    browser.wait(
        "the second loop of the camera's film",
        "return document.querySelector('.stage-lane video.front').currentTime > 12",
        within=16,
    )
    browser.keys("k", "l")
    browser.wait("a picture of the second that was jumped to", READY)


def test_jumping_to_and_fro_leaves_the_player_well(console: Console, browser: Browser) -> None:
    console.enter(browser)
    clip = clips(browser, "cam-1")[0]
    at = address(moment(clip["start"]) + timedelta(seconds=2))
    browser.open(f"{console.url}/timeline?at={at}&cams=cam-1")
    browser.wait("a picture", READY)
    for key in "llljjjlljlljjj" * 3:
        browser.keys(key)
    browser.wait("a picture", READY)
    browser.keys("k")
    before = browser.js("return document.querySelector('.stage-lane video.front').currentTime")
    browser.wait(
        "playing that goes on",
        "return document.querySelector('.stage-lane video.front').currentTime > arguments[0] + 2",
        before,
    )
    assert not browser.js("return document.querySelector('.stage-picture:not([hidden])') !== null")


def connections(console: Console) -> int:
    """How many connections there are to the recorder's port."""
    shown = subprocess.run(
        [tool("ss"), "-tnH", "state", "established", f"( dport = :{console.port} )"],
        stdout=subprocess.PIPE, check=True, text=True,
    ).stdout
    return len(shown.splitlines())
