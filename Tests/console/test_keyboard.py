"""Everything is reached and done without a pointer."""

from collections.abc import Callable

import pytest
from browser import Browser
from console import Console
from selenium.webdriver.common.keys import Keys


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """One camera."""
    console = make_console("h264-noaudio.mp4", VIDEO_CLIP_DURATION=5)
    console.recorder.wait_for("clip.finalized", 2, within=30)
    return console


OUTLINE = """
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
"""


def test_tab_reaches_everything_and_shows_where_it_is(console: Console, browser: Browser) -> None:
    for path in ("/live", "/timeline", "/clips", "/storage", "/settings", "/log", "/export"):
        console.enter(browser, path)
        browser.wait("the screen", "return document.querySelector('.screen:not([aria-busy])')")
        browser.js("document.activeElement.blur()")
        wanted = set(browser.js("""
            return [...document.querySelectorAll(CONTROLS)].filter((each) => isShown(each) && !each.disabled
                && each.tabIndex >= 0 && !each.closest('.skip, .clips td, .log')).map(nameOf);
        """))
        reached: list[str] = []
        rounds = 0
        while rounds < 2:
            browser.keys(Keys.TAB)
            if browser.js("return document.activeElement === document.body"):
                rounds += 1
                continue
            name = browser.focused()
            reached.append(name)
            assert len(reached) < 300, f"{path}: the focus goes in circles: {reached[-9:]}"
            assert browser.js(OUTLINE), f"{path}: the focus on '{name}' is not seen"
        assert wanted <= set(reached), f"{path}: {wanted - set(reached)}"


def test_the_keys_of_players(console: Console, browser: Browser) -> None:
    console.enter(browser, "/live")
    browser.wait("the screen", "return document.querySelector('.tile')")
    browser.keys("?")
    browser.see("Play, pause")
    browser.keys(Keys.ESCAPE)
    browser.wait("no dialog", "return !document.querySelector('dialog')")
    browser.keys("t")
    browser.wait(
        "the time line",
        "return location.pathname === '/timeline' && document.querySelector('.stage-lane')",
    )
    browser.keys(Keys.PAGE_UP)
    browser.keys("k")
    browser.wait(
        "playing", "return nameOf(document.querySelector('.transport .primary')) === 'Pause'"
    )
    browser.keys("k")
    browser.keys("]")
    browser.wait("the speed", "return document.querySelector('.transport select').value === '2'")
    browser.keys("i")
    browser.wait("the panel", "return document.querySelector('.range:not([hidden])')")
    browser.wait("the size", "return /[kM]B/.test(document.querySelector('.range-size').innerText)")
    browser.keys(Keys.ESCAPE)
    browser.wait("no panel", "return document.querySelector('.range').hidden")
    browser.keys("n")
    browser.wait("live", "return location.pathname === '/live'")


def test_keys_can_be_switched_off(console: Console, browser: Browser) -> None:
    console.enter(browser, "/live")
    browser.wait("the screen", "return document.querySelector('.tile')")
    browser.keys("?")
    browser.press("Single keys do this")
    browser.press("Close")
    browser.keys("t")
    assert browser.js("return location.pathname") == "/live"
