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
    browser.wait("the end of the dialog", "return !document.querySelector('dialog')")
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


def test_a_viewer_of_one_camera_sees_no_other(
    make_console: Callable[..., Console], browser: Browser
) -> None:
    console = make_console("h264-noaudio.mp4", "h264-noaudio.mp4", names=("yard", "cellar"))
    console.enter(browser, "/settings")
    browser.press("Add user")
    browser.write("User name", "guard")
    browser.write("Password", "guards are watching")
    browser.press("All cameras")
    browser.press("yard")
    browser.press("Add user")
    line = browser.wait(
        "the user", "return document.querySelector('[data-user=guard]')?.innerText")
    assert "only yard" in line
    browser.fetch("POST", "/api/v1/logout")
    browser.fetch("POST", "/api/v1/login", user="guard", password="guards are watching")
    for page, sign in (
        ("/live", ".tile"), ("/timeline", ".lane-label"), ("/clips", "main h1"),
        ("/storage", "main h1"),
    ):
        browser.open(console.url + page)
        browser.wait(f"the page {page}", f"return document.querySelector('{sign}')")
        browser.wait("its contents", "return !document.querySelector('[aria-busy=true]')")
        text = browser.js("return document.body.innerText")
        assert "cellar" not in text, page
        assert "yard" in text or page == "/storage", page
