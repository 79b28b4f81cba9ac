"""The log in the page: as it is written, by level, searched, back over earlier runs, and as a file."""

import json
from collections.abc import Callable

import pytest
from browser import Browser
from console import Console

SHOWN = "[...document.querySelectorAll('.log-line')].map((line) => line.innerText)"
LINES = f"return {SHOWN}"
# A list without a line is no list of the right ones.
ALL_MATCH = f"const shown = {SHOWN}; return shown.length > 0 && shown.every((line) => new RegExp(arguments[0]).test(line))"
COUNT = f"return {SHOWN}.length === arguments[0]"
NEWEST = "return document.querySelector('.log-line')?.innerText"


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A recorder in its second run, and a camera that is not there."""
    console = make_console("h264-noaudio.mp4", names=("yard", "gone"), VIDEO_CLIP_DURATION=600)
    console.recorder.wait_for("camera.disconnected", camera="gone")
    assert console.recorder.stop() == 0
    console.recorder.start()
    console.recorder.wait_until_recording(1)
    return console


def test_a_line_appears_as_it_is_written(console: Console, browser: Browser) -> None:
    console.enter(browser, "/log")
    browser.see("starts")
    browser.js("window.isTheSamePage = true")
    browser.fetch("PUT", "/api/v1/recording", recording=False, camera="yard")
    browser.see("Recording stopped on request")
    browser.wait("it on top", "return document.querySelector('.log-line.fresh')")
    browser.fetch("PUT", "/api/v1/recording", recording=True, camera="yard")
    browser.see("Recording yard")
    assert browser.js("return window.isTheSamePage"), "nothing was loaded again"


def test_level_and_search_choose_lines_that_come_too(console: Console, browser: Browser) -> None:
    console.enter(browser, "/log")
    browser.see("starts")
    browser.find("Level").send_keys("Warnings")
    browser.wait("warnings alone", ALL_MATCH, "Warning|Error")
    browser.open(f"{console.url}/log")
    browser.write("Search the log", "RECORDING STOPPED")
    browser.wait("the matches", ALL_MATCH, "Recording stopped")
    before = len(browser.js(LINES))
    assert before >= 1 and "q=RECORDING" in browser.driver.current_url
    for wish in (False, True):
        browser.fetch("PUT", "/api/v1/recording", recording=wish, camera="yard")
    browser.wait("one more", COUNT, before + 1)
    browser.driver.refresh()
    browser.wait("the same again", COUNT, before + 1)


def test_lines_of_an_earlier_run_are_there_and_can_be_searched(
    console: Console, browser: Browser
) -> None:
    console.enter(browser, "/log")
    browser.see("starts")
    assert "Every clip is finished" not in " ".join(browser.js(LINES)), "that was the run before"
    browser.press("Older lines")
    browser.see("Every clip is finished")
    browser.wait("the whole log", "return !named('Older lines')")
    starts = [line for line in browser.js(LINES) if line.endswith(" starts")]
    assert len(starts) == 2, "both runs, and no line twice"
    browser.write("Search the log", "every clip is finished")
    browser.see("No line of this run matches.")
    browser.press("Older lines")
    browser.wait("both its lines", COUNT, 2)


def test_the_file_is_saved_whole(console: Console, browser: Browser) -> None:
    console.enter(browser, "/log")
    link = browser.find("Save file")
    assert link.get_attribute("download") is not None
    text = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        fetch(arguments[0]).then(async (answer) =>
            done([answer.headers.get('Content-Disposition'), await answer.text()]));
    """, link.get_attribute("href"))
    assert text[0].startswith("attachment")
    events = [json.loads(line)["event"] for line in text[1].splitlines()]
    assert events.count("program.started") == 2
