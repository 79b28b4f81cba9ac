"""What fingers, the mouse and single keys do on the time line beside playing."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from browser import Browser
from console import Console
from frames import CORNER, HEIGHT, WIDTH
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from timeline import READY, address, clips, moment
from tools import tool
from waiting import eventually

NOW = "Number(document.querySelector('.strip').getAttribute('aria-valuenow'))"
SPAN = "Number(new URLSearchParams(location.search).get('span'))"
EDGES = """
    return ['from', 'to'].map((edge) => Number(
        document.querySelector(`.handle.${edge}`).getAttribute('aria-valuenow')));
"""


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera with some clips of eight seconds."""
    console = make_console("h264-aac.mp4", VIDEO_CLIP_DURATION=8, ALIGN_CLIPS=False)
    console.recorder.wait_for("clip.finalized", 2, within=40)
    return console


def _time_line(console: Console, browser: Browser) -> None:
    """Open the time line, ten minutes of it, with a picture of the first clip."""
    console.enter(browser)
    at = moment(clips(browser)[0]["start"]) + timedelta(seconds=3)
    browser.open(f"{console.url}/timeline?at={address(at)}&cams=cam-1&span=600")
    browser.wait("a picture", READY)


@pytest.fixture
def page(console: Console, browser: Browser) -> Browser:
    """The time line at a desk."""
    _time_line(console, browser)
    return browser


@pytest.fixture
def phone(console: Console, browser: Browser) -> Iterator[Browser]:
    """The time line on a phone: in a window of its own, because Chromium gives a page no touches once it
    was made a phone after two fingers were on it."""
    desk = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    browser.look(390, 844, phone=True)
    _time_line(console, browser)
    yield browser
    browser.driver.close()
    browser.driver.switch_to.window(desk)


def box(browser: Browser) -> tuple[float, float, float]:
    """Left edge, width and middle height of the time line on the screen, in pixels."""
    return tuple(
        browser.js("""
            const strip = document.querySelector('.strip');
            strip.scrollIntoView({ block: 'center' });
            const box = strip.getBoundingClientRect();
            return [box.left, box.width, box.top + box.height / 2];
        """)
    )


def touch(browser: Browser, kind: str, *points: tuple[float, float]) -> None:
    """Put fingers on the screen, move them, or lift those that are not named."""
    browser.driver.execute_cdp_cmd(
        "Input.dispatchTouchEvent",
        {
            "type": kind,
            "touchPoints": [
                {"x": round(x), "y": round(y), "id": number} for number, (x, y) in enumerate(points)
            ],
        },
    )


def tap(browser: Browser, x: float, y: float) -> int:
    """Tap there, and return the second that is shown then."""
    before = browser.js(f"return {NOW}")
    touch(browser, "touchStart", (x, y))
    touch(browser, "touchEnd")
    browser.wait("another second", f"return {NOW} !== arguments[0]", before)
    return browser.js(f"return {NOW}")


def test_two_fingers_zoom_and_each_keeps_its_instant(page: Browser) -> None:
    left, width, y = box(page)
    still = left + width * 0.82
    under = tap(page, still, y)
    touch(page, "touchStart", (still - width * 0.2, y), (still, y))
    for step in range(1, 9):
        touch(page, "touchMove", (still - width * (0.2 + 0.05 * step), y), (still, y))
    touch(page, "touchEnd")
    page.wait("a third of the time", f"return Math.abs({SPAN} - 200) < 10")
    assert page.js(f"return {NOW}") == under, "lifting the fingers moved the playhead"
    tap(page, left + width * 0.6, y)
    assert abs(tap(page, still, y) - under) <= 2, "another second is under the finger"


def test_two_fingers_on_a_phone_zoom_the_time_and_not_the_page(phone: Browser) -> None:
    left, width, y = box(phone)
    middle = left + width / 2
    assert width < 390
    for span, steps in ((300, range(1, 9)), (600, range(7, -1, -1))):
        touch(phone, "touchStart", *_apart(middle, width * (0.2 if span == 300 else 0.4), y))
        for step in steps:
            touch(phone, "touchMove", *_apart(middle, width * (0.2 + 0.025 * step), y))
        touch(phone, "touchEnd")
        phone.wait(f"{span} seconds of time", f"return Math.abs({SPAN} - arguments[0]) < 15", span)
    page = phone.js("return [visualViewport.scale, scrollX, document.documentElement.scrollWidth]")
    assert page == [1, 0, 390], "the page was zoomed or moved"


def _apart(middle: float, distance: float, y: float) -> tuple[tuple[float, float], ...]:
    """Two fingers beside each other."""
    return (middle - distance / 2, y), (middle + distance / 2, y)


def test_one_finger_moves_the_view_and_not_the_playhead(page: Browser) -> None:
    left, width, y = box(page)
    shown = page.js(f"return {NOW}")
    touch(page, "touchStart", (left + width * 0.6, y))
    for step in range(1, 6):
        touch(page, "touchMove", (left + width * (0.6 - 0.04 * step), y))
    touch(page, "touchEnd")
    assert page.js(f"return {NOW}") == shown
    page.keys("i")
    page.wait("the handles", "return document.querySelector('.range:not([hidden])')")
    assert page.js(f"return {NOW}") == shown


def test_handles_follow_the_mouse(page: Browser) -> None:
    page.keys("i")
    page.wait("the handles", "return document.querySelector('.handle.to:not([hidden])')")
    before = page.js(EDGES)
    _, width, _ = box(page)
    for edge, pixels in ((1, -10), (0, -60)):
        handle = page.driver.find_element("css selector", f".handle.{('from', 'to')[edge]}")
        ActionChains(page.driver).drag_and_drop_by_offset(handle, pixels, 0).perform()
        expected = before[edge] + pixels * 600 / width
        assert abs(page.js(EDGES)[edge] - expected) <= 2
    page.wait("the size", "return /[kM]B/.test(document.querySelector('.range-size').innerText)")
    # One edge pushed beyond the other stays before it.
    handle = page.driver.find_element("css selector", ".handle.from")
    ActionChains(page.driver).drag_and_drop_by_offset(handle, 200, 0).perform()
    start, end = page.js(EDGES)
    assert start < end


def test_handles_move_by_keys(page: Browser) -> None:
    page.keys("i")
    page.wait("the handles", "return document.querySelector('.handle.to:not([hidden])')")
    for edge, name in enumerate(("from", "to")):
        page.js("document.querySelector(`.handle.${arguments[0]}`).focus()", name)
        before = page.js(EDGES)[edge]
        page.keys(Keys.ARROW_LEFT)
        assert page.js(EDGES)[edge] == before - 1
        ActionChains(page.driver).key_down(Keys.SHIFT).send_keys(Keys.ARROW_LEFT).key_up(
            Keys.SHIFT
        ).perform()
        assert page.js(EDGES)[edge] == before - 11
        page.keys(Keys.PAGE_DOWN)
        assert page.js(EDGES)[edge] == before - 71
        page.keys(Keys.PAGE_UP)
        assert page.js(EDGES)[edge] == before - 11
        assert page.focused() == ("Begin", "End")[edge], "the handle lost the focus"
    said = page.js("return document.activeElement.getAttribute('aria-valuetext')")
    assert ":" in said, said


def test_a_snapshot_is_the_present_picture_as_a_file(page: Browser, tmp_path: Path) -> None:
    page.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    page.keys("s")
    page.see("cam-1_")
    file = eventually(
        "a file", lambda: next(iter(tmp_path.glob("cam-1_*.png")), None), within=10
    )
    size = page.js("""
        const video = document.querySelector('.stage-lane video.front');
        return `${video.videoWidth}x${video.videoHeight}`;
    """)
    raw = subprocess.run(
        [tool("ffmpeg"), "-v", "error", "-i", file, "-vf", f"crop={WIDTH}:{HEIGHT}:0:0,format=gray",
         "-f", "rawvideo", "-"],
        stdout=subprocess.PIPE, check=True,
    ).stdout
    facts = subprocess.run(
        [tool("ffprobe"), "-v", "error", "-show_entries", "stream=width,height", "-of",
         "csv=p=0:s=x", file],
        stdout=subprocess.PIPE, check=True, text=True,
    ).stdout
    assert facts.strip() == size
    shown = page.js(CORNER)
    assert sum(abs(a - b) for a, b in zip(raw, shown)) / len(shown) < 3, "another picture"


def test_the_pictures_fill_the_screen_and_come_back(page: Browser) -> None:
    page.keys("f")
    page.wait("the full screen", "return document.fullscreenElement?.className === 'stage'")
    page.wait(
        "a picture as large as the screen",
        "const box = document.querySelector('.stage-lane video.front').getBoundingClientRect();"
        " return box.width >= innerWidth - 2 && box.height >= innerHeight - 2",
    )
    page.keys("k")
    page.keys("f")
    page.wait("the page", "return !document.fullscreenElement")


def test_a_live_picture_fills_the_screen(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.press("cam-1: full screen")
    browser.wait(
        "the full screen",
        "return document.fullscreenElement?.querySelector('video')?.clientWidth >= innerWidth - 2",
    )
    browser.js("return document.exitFullscreen()")
