"""Users and tokens: made in the page, and what a viewer does not see."""

from collections.abc import Callable

from browser import Browser
from console import Console


def test_a_viewer_is_made_and_sees_what_a_viewer_may(
    make_console: Callable[..., Console], browser: Browser
) -> None:
    console = make_console("h264-noaudio.mp4")
    console.enter(browser, "/settings")
    browser.press("Add user")
    browser.write("User name", "guard")
    browser.write("Password", "guards are watching")
    browser.press("Add user")
    browser.wait("the user", "return document.querySelector('[data-user=guard]')")
    browser.press("Add token")
    browser.write("Name", "prometheus")
    browser.press("Add token")
    token = browser.wait("the token", "return document.querySelector('.secret')?.innerText")
    browser.press("Close")
    assert token not in browser.driver.page_source, "a token is shown once"

    browser.press("More")
    browser.press("Log out anna")
    browser.write("User name", "guard")
    browser.write("Password", "guards are watching")
    browser.press("Log in")
    browser.wait("the live screen", "return document.querySelector('.tile')")
    ways = browser.js(
        "return [...document.querySelectorAll('.topbar .nav a')].map((way) => way.innerText)"
    )
    assert ways == ["Live", "Time line", "Clips", "Storage"]
    assert not browser.js("return named('Stop recording')")
