"""Settings: saved to the file, in force at once, refused in words, fixed by what fixes them."""

import json
from collections.abc import Callable

import pytest
from browser import Browser
from console import Console
from waiting import eventually


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """One camera, and a level of the log that the environment fixes."""
    return make_console(
        "h264-noaudio.mp4", PASSWORD="not to be shown 93b7", VIDEO_CLIP_DURATION=600
    )


def test_a_value_is_saved_and_holds(console: Console, browser: Browser) -> None:
    console.enter(browser, "/settings")
    browser.write("Length of a clip", "7")
    browser.see("1 change is not saved")
    browser.press("Save")
    browser.see("Saved.")
    saved = json.loads(console.recorder.settings_file.read_text())
    assert int(saved["VIDEO_CLIP_DURATION"]) == 7
    assert list(saved)[:2] == list(console.recorder.settings)[:2], "the order of the keys is kept"
    console.recorder.wait_for("clip.finalized", 2, within=40)


def test_a_bad_value_is_refused_at_its_field(console: Console, browser: Browser) -> None:
    console.enter(browser, "/settings")
    before = console.recorder.settings_file.read_text()
    browser.write("Length of a clip", "0")
    browser.press("Save")
    wrong = browser.wait(
        "why not",
        "return document.querySelector('[data-key=VIDEO_CLIP_DURATION] [role=alert]')?.innerText",
    )
    assert "VIDEO_CLIP_DURATION" in wrong or "86400" in wrong
    assert browser.focused() == "Length of a clip"
    assert console.recorder.settings_file.read_text() == before
    browser.press("Discard")
    browser.wait("no bar", "return document.querySelector('.save-bar').hidden")


def test_a_secret_is_said_to_be_set_and_never_told(console: Console, browser: Browser) -> None:
    console.enter(browser, "/settings")
    field = browser.find("Password of cameras")
    assert field.get_attribute("value") == ""
    assert "set" in field.get_attribute("placeholder")
    assert "93b7" not in browser.driver.page_source
    assert "93b7" not in json.dumps(browser.fetch("GET", "/api/v1/settings"))


def test_a_camera_is_added_switched_off_and_removed(console: Console, browser: Browser) -> None:
    console.enter(browser, "/settings")
    browser.press("Add camera")
    browser.write("Address", console.cameras[0].url)
    browser.write("Name", "second")
    browser.press("Test")
    browser.see("The camera works.")
    browser.press("Add camera")
    browser.wait("its line", "return document.querySelector('[data-camera=second]')")
    eventually("its clip", lambda: console.recorder.clips("second"), within=15)
    browser.press("Remove second")
    browser.press("Remove")
    browser.wait("no line", "return !document.querySelector('[data-camera=second]')")
    assert console.recorder.clips("second"), "what was recorded stays"
