"""The doctor's page: begun by a person, watched, and taken along for a bug report."""

import io
import tarfile
from collections.abc import Callable

import pytest
from browser import Browser
from console import Console

LEVEL = "return document.querySelector('section[aria-label=\"' + arguments[0] + '\"] [data-code=\"' + arguments[1] + '\"]')?.dataset.level"
RUNS = "return document.querySelector('progress')?.checkVisibility()"
SECRET = "canary-doctor-5d1"


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A camera with a smart codec, one that is well, and one that is not there."""
    return make_console(
        "h264-long-gop.mp4", "h264-aac.mp4", names=("smart", "well", "gone"), PASSWORD=SECRET,
        USERNAME="admin",
    )


def test_what_is_wrong_is_said_with_what_to_do(console: Console, browser: Browser) -> None:
    console.enter(browser)
    browser.press("Doctor")
    browser.see("Nothing was looked at yet")
    browser.see("one more session beside the recorder's")
    browser.find("Look at each camera for").send_keys("10")
    browser.press("Look now")
    browser.see("smart (1 of 3): its stream")
    browser.wait("how far it is", "return document.querySelector('progress').value > 0")
    browser.driver.refresh()
    browser.wait("it goes on over a reload", RUNS)
    browser.see("well (2 of 3)", within=40)
    browser.see("This machine", within=60)
    for camera, code, level in (
        ("smart", "key-frames", "bad"), ("well", "key-frames", "good"), ("well", "sound", "good"),
        ("well", "frame-rate", "good"), ("gone", "session", "bad"), ("This machine", "days", "note"),
        ("This machine", "disk", "good"),
    ):
        assert browser.js(LEVEL, camera, code) == level, f"{camera}: {code}"
    browser.see("smart codec")
    browser.see("is told when every camera was looked at and gave pictures")
    browser.see("2 things need to be mended.")
    assert not browser.js(LEVEL, "well", "sessions"), "nobody asked to count them"
    assert browser.audit() == []


def test_the_file_for_a_bug_report_has_the_findings_and_no_secret(
    console: Console, browser: Browser
) -> None:
    console.enter(browser, "/doctor")
    link = browser.find("Save for a bug report").get_attribute("href")
    content = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        fetch(arguments[0]).then(async (answer) =>
            done(Array.from(new Uint8Array(await answer.arrayBuffer()))));
    """, link)
    with tarfile.open(fileobj=io.BytesIO(bytes(content))) as bundle:
        texts = {
            each.name.rpartition("/")[2]: bundle.extractfile(each).read().decode()
            for each in bundle.getmembers()
        }
    assert {"doctor.json", "settings.json", "status.json", "log.json"} <= set(texts)
    assert "key-frames" in texts["doctor.json"]
    assert "cameras" in texts["status.json"]
    assert SECRET not in "".join(texts.values())


def test_one_camera_is_looked_at_from_its_line_and_the_look_is_ended(
    console: Console, browser: Browser
) -> None:
    console.enter(browser, "/settings")
    browser.press("Doctor of well")
    browser.wait("its name", "return document.querySelector('#doctor-camera')?.value === 'well'")
    browser.press("Look now")
    browser.see("well (1 of 1)")
    browser.press("End it")
    browser.see("The look ended before it was finished")
    browser.find("Look now")


def test_how_many_sessions_a_camera_gives_is_counted_when_that_is_wanted(
    console: Console, browser: Browser
) -> None:
    console.enter(browser, "/doctor?camera=well")
    browser.find("Look at each camera for").send_keys("10")
    browser.press("Also count how many sessions a camera gives: up to three more at once")
    browser.press("Look now")
    browser.wait("the count", LEVEL, "well", "sessions", within=60)
    browser.see("at least 3 sessions at once beside the recorder's")
