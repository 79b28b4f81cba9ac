"""The console in another language: chosen in the menu, kept, and heard by screen readers."""

from collections.abc import Callable

from browser import Browser
from console import Console

SPEAKS = "return document.documentElement.lang === arguments[0]"
ENGLISH = """
    const german = arguments[0];
    return [...document.querySelectorAll('.setting[data-key]')].filter((setting) =>
        setting.querySelector('.setting-words p').innerText !== german['meaning.' + setting.dataset.key].replaceAll('`', '')
    ).map((setting) => setting.dataset.key);
"""


def test_a_language_is_chosen_and_kept(
    make_console: Callable[..., Console], browser: Browser
) -> None:
    console = make_console("h264-noaudio.mp4")
    console.enter(browser, "/settings")
    browser.find("Length of a clip")
    assert browser.js(SPEAKS, "en")
    browser.press("More")
    browser.press("Deutsch")
    browser.find("Länge eines Clips")
    assert browser.js(SPEAKS, "de")
    german = browser.fetch("GET", "/assets/i18n/de.json")
    assert browser.js(ENGLISH, german) == [], "every setting is explained in German"
    browser.driver.refresh()
    browser.find("Länge eines Clips")
    assert browser.js(SPEAKS, "de")
    browser.open(f"{console.url}/log")
    browser.see("Protokoll")
    browser.press("Mehr")
    browser.press("English")
    browser.wait("English again", SPEAKS, "en")
    browser.see("Log")


def test_the_browsers_language_is_taken_where_nobody_chose(
    make_console: Callable[..., Console], browser: Browser
) -> None:
    console = make_console("h264-noaudio.mp4")
    browser.driver.execute_cdp_cmd(
        "Network.setUserAgentOverride",
        {"userAgent": browser.js("return navigator.userAgent"), "acceptLanguage": "de-AT,de,en"},
    )
    console.enter(browser)
    browser.wait("German", SPEAKS, "de")
    browser.driver.execute_cdp_cmd(
        "Network.setUserAgentOverride",
        {"userAgent": browser.js("return navigator.userAgent"), "acceptLanguage": "en-GB,en"},
    )
    browser.driver.refresh()
    browser.wait("English", SPEAKS, "en")
