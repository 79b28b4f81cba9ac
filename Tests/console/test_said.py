"""German pages have German sentences, also where the recorder says them."""

from collections.abc import Callable

import pytest
from browser import Browser
from console import PASSWORD, USER, Console
from said import PLACE, TEXT, literals, shown, translations

ENGLISH = list(translations("de"))


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera that is well, and one that is not there."""
    return make_console("h264-aac.mp4", names=("well", "gone"))


@pytest.fixture
def german(console: Console, browser: Browser) -> Browser:
    """A browser that wants German, with an administrator at it."""
    console.enter(browser)
    browser.js("localStorage.setItem('language', 'de')")
    return browser


def test_every_sentence_with_a_translation_is_one_that_the_recorder_says() -> None:
    said = literals()
    unsaid = [each for each in ENGLISH if PLACE.sub("{}", each) not in said]
    assert not unsaid, unsaid
    for sentence, german in translations("de").items():
        assert sorted(PLACE.findall(sentence)) == sorted(PLACE.findall(german)), sentence


def test_why_a_camera_is_not_recorded_is_said_in_german(console: Console, german: Browser) -> None:
    for screen in ("live", "settings", "timeline", "storage"):
        german.open(f"{console.url}/{screen}")
        if screen in ("live", "settings"):
            german.see("weist Verbindungen zu Port 9 ab")
        assert shown(ENGLISH, german.js(TEXT)) == [], screen


def test_what_is_refused_is_said_in_german(console: Console, german: Browser) -> None:
    german.open(f"{console.url}/settings")
    german.press("Benutzer hinzufügen")
    german.write("Benutzername", USER)
    german.write("Kennwort", PASSWORD)
    german.press("Benutzer hinzufügen")
    german.see(f"Den Benutzer „{USER}“ gibt es schon.")
    german.open(f"{console.url}/settings?add=1")
    german.write("Adresse", "rtsp://169.254.1.1/main")
    german.press("Prüfen")
    german.see("169.254.1.1 ist eine Adresse, die nur im eigenen Netzstück gilt")
    assert shown(ENGLISH, german.js(TEXT)) == []


def test_what_the_doctor_finds_is_said_in_german(console: Console, german: Browser) -> None:
    german.open(f"{console.url}/doctor")
    german.find("Jede Kamera ansehen für").send_keys("10")
    german.press("Jetzt ansehen")
    german.see("Geschriebenes ist nach", within=60)
    german.see("wie ihre Zeitstempel sagen")
    german.see("ein Schlüsselbild alle 1 s")
    assert shown(ENGLISH, german.js(TEXT)) == []


def test_a_wrong_password_is_refused_in_german(console: Console, german: Browser) -> None:
    german.fetch("POST", "/api/v1/logout")
    german.open(f"{console.url}/login")
    for _ in range(12):
        german.write("Benutzername", USER)
        german.write("Kennwort", "not the password")
        german.press("Anmelden")
        german.wait("an answer", "return document.querySelector('[role=alert]')?.innerText")
        german.wait("the end of it", "return !document.querySelector('form button[disabled]')")
        assert shown(ENGLISH, german.js(TEXT)) == []
        if "Zu viele falsche Kennwörter; in " in german.js(TEXT):
            break
    german.see("Zu viele falsche Kennwörter; in ")
    # The browser notes each refusal.
    german.errors()
