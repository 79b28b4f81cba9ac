"""Every screen for everybody: names, contrast, targets, sizes, and nobody else is asked."""

from collections.abc import Callable

import pytest
from browser import Browser
from console import Console

SCREENS = ("live", "timeline", "clips", "export", "storage", "settings", "log", "doctor")
LOOKS = {
    "dark": {"width": 1280, "height": 800},
    "light": {"width": 1280, "height": 800, "scheme": "light"},
    "phone": {"width": 390, "height": 844, "phone": True},
    "zoomed": {"width": 1280, "height": 800, "zoom": 2},
}
SHOWN = "return document.querySelector('.screen:not([aria-busy]) h1') && !document.querySelector('.skeleton')"


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera that works, one of H.265, and one that is not there."""
    console = make_console(
        "h264-aac.mp4",
        "h265.mp4",
        names=("cam-1", "cam-2", "gone"),
        VIDEO_CLIP_DURATION=5,
    )
    console.recorder.wait_for("camera.disconnected", camera="gone")
    console.recorder.wait_for("clip.finalized", 2, within=30)
    return console


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_for_everybody(
    console: Console, browser: Browser, screen: str, look: str
) -> None:
    browser.look(**LOOKS[look])
    console.enter(browser, f"/{screen}")
    browser.wait("the screen", SHOWN)
    if screen == "timeline":
        browser.wait("the lanes", "return document.querySelectorAll('.lane-label').length === 3")
        browser.keys("i")
    assert browser.audit() == []


@pytest.mark.parametrize("width", [1280, 780])
def test_nothing_in_a_row_of_clips_lies_over_something_else(
    console: Console, browser: Browser, width: int
) -> None:
    browser.look(width=width, height=800)
    console.enter(browser, "/clips")
    browser.wait("a clip", "return document.querySelector('tbody td.actions')")
    covered = browser.js("""
        const covered = [];
        for (const row of document.querySelectorAll('tbody tr')) {
            const boxes = [...row.querySelectorAll('th, td.start, td.length, td.size, .tag, td.actions .row')]
                .map((each) => [each.className, each.getBoundingClientRect()]);
            boxes.forEach(([name, box], index) => boxes.slice(index + 1).forEach(([other, next]) => {
                if (box.right > next.left + 1 && next.right > box.left + 1
                    && box.bottom > next.top && next.bottom > box.top) covered.push(`${name} ${other}`);
            }));
        }
        return covered;
    """)
    assert covered == []


def test_the_page_is_small_and_asks_nobody_else(console: Console, browser: Browser) -> None:
    console.enter(browser, "/live")
    browser.wait("the screen", SHOWN)
    browser.wait(
        "a picture",
        "return [...document.querySelectorAll('.tile video')].some((video) => video.videoWidth)",
    )
    loaded = browser.js("""
        return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
            .map((each) => [each.name, each.decodedBodySize]);
    """)
    assert all(name.startswith((console.url, "blob:", "data:")) for name, _ in loaded), loaded
    weight = sum(size for name, size in loaded if "/api/" not in name)
    print(f"the live screen: {weight / 1000:.1f} kB in {len(loaded)} files")
    assert weight < 150_000


def test_the_other_language_has_every_word(console: Console, browser: Browser) -> None:
    console.enter(browser, "/live")
    browser.wait("the screen", SHOWN)
    english, german = (
        browser.fetch("GET", f"/assets/i18n/{language}.json") for language in ("en", "de")
    )
    assert set(english) <= set(german)
    browser.js("localStorage.setItem('language', 'de')")
    for screen in SCREENS:
        browser.open(f"{console.url}/{screen}")
        browser.wait("the screen", SHOWN)
        text = browser.js("return document.body.innerText")
        unknown = [word for word in text.split() if word in english]
        assert not [word for word in unknown if "." in word], f"{screen}: a key is shown: {unknown}"
    browser.see("Protokoll")


def test_what_is_not_there_is_said(console: Console, browser: Browser) -> None:
    console.enter(browser, "/clips?day=2001-01-01")
    browser.see("No clips")
    browser.open(f"{console.url}/export")
    browser.see("No exports yet")
    browser.open(f"{console.url}/live")
    browser.see("No video since")
    browser.see("Next attempt in")
