"""Midnight and the nights of 23 and 25 hours: recorded then, looked at from another time zone."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from browser import Browser
from console import Console
from timeline import READY, address

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
BERLIN = ZoneInfo("Europe/Berlin")
# What is recorded begins some seconds before the clock on the wall does what is looked at.
BEFORE = timedelta(seconds=8)
MIDNIGHT = datetime(2026, 2, 11, 0, 0, tzinfo=BERLIN).astimezone(timezone.utc)
SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=timezone.utc)
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=timezone.utc)

FIELDS = "['Date', 'Time'].map((name) => named(name)?.value).join(' ')"
SEEN = """
    window.seen = new Set();
    setInterval(() => seen.add(named('Time').value), 100);
"""


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A recorder in Berlin whose camera was recorded around three hours of the past."""
    console = make_console("h264-aac.mp4", VIDEO_CLIP_DURATION=10, ALIGN_CLIPS=False)
    recorder = console.recorder
    recorder.stop()
    usual = dict(recorder.environment)
    for instant in (MIDNIGHT, SPRING, AUTUMN):
        ahead = (instant - BEFORE).timestamp() - time.time()
        recorder.environment = usual | {
            "LD_PRELOAD": FAKETIME, "FAKETIME": f"{ahead:+.3f}", "NO_FAKE_STAT": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "Europe/Berlin",
        }
        console.start()
        recorder.wait_for("clip.finalized", 2, within=40)
        recorder.stop()
    recorder.environment = usual | {"TZ": "Europe/Berlin"}
    console.start()
    return console


@pytest.fixture
def browser(browser: Browser) -> Browser:
    """A browser in New York: all times are the recorder's all the same."""
    browser.driver.execute_cdp_cmd(
        "Emulation.setTimezoneOverride", {"timezoneId": "America/New_York"}
    )
    yield browser
    browser.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})


def look(console: Console, browser: Browser, at: datetime, **query: object) -> None:
    """Open the time line at an instant."""
    console.enter(browser)
    more = "".join(f"&{key}={value}" for key, value in query.items())
    browser.open(f"{console.url}/timeline?at={address(at)}&cams=cam-1{more}")


def shows(browser: Browser, text: str) -> None:
    """Wait until date and time are these."""
    browser.wait(text, f"return {FIELDS} === arguments[0]", text)


@pytest.mark.parametrize(
    ("instant", "before", "after"),
    [
        (MIDNIGHT, "23:59:5", "00:00:0"), (SPRING, "01:59:5", "03:00:0"),
        (AUTUMN, "02:59:5", "02:00:0"),
    ],
    ids=["midnight", "spring", "autumn"],
)
def test_playing_goes_on_while_the_clock_on_the_wall_jumps(
    console: Console, browser: Browser, instant: datetime, before: str, after: str
) -> None:
    look(console, browser, instant - timedelta(seconds=3))
    browser.wait("a picture", READY)
    browser.js(SEEN)
    browser.keys("k")
    browser.wait("the time after it", "return [...seen].some((time) => time.startsWith(arguments[0]))", after)
    seen = browser.js("return [...seen]")
    assert all(each.startswith((before, after)) for each in seen), seen


@pytest.mark.parametrize(
    ("day", "hours"), [(MIDNIGHT, 24), (SPRING, 23), (AUTUMN, 25)],
    ids=["midnight", "spring", "autumn"],
)
def test_a_day_is_as_long_as_it_was(
    console: Console, browser: Browser, day: datetime, hours: int
) -> None:
    noon = day.astimezone(BERLIN).replace(hour=12, minute=0) - timedelta(days=day != MIDNIGHT)
    look(console, browser, noon)
    shows(browser, noon.strftime("%Y-%m-%d 12:00:00"))
    browser.press("A day later")
    shows(browser, (noon + timedelta(days=1)).strftime("%Y-%m-%d 12:00:00"))
    at = browser.until(
        "another address", lambda: datetime.fromisoformat(
            browser.js("return new URLSearchParams(location.search).get('at')")
        ) - noon.astimezone(timezone.utc) or None,
    )
    assert at == timedelta(hours=hours)
    browser.press("A day earlier")
    shows(browser, noon.strftime("%Y-%m-%d 12:00:00"))


def test_an_hour_that_does_not_exist_is_the_next_one(console: Console, browser: Browser) -> None:
    look(console, browser, SPRING)
    time_field = browser.find("Time")
    browser.js("""
        const [time] = arguments;
        time.value = '02:30:00';
        time.dispatchEvent(new Event('change'));
    """, time_field)
    shows(browser, "2026-03-29 03:30:00")


def test_dragging_goes_on_over_midnight(console: Console, browser: Browser) -> None:
    look(console, browser, MIDNIGHT - timedelta(seconds=60), span=120)
    strip = browser.find("Position on the time line")
    width = strip.size["width"]
    # The middle is a minute before midnight; what is a third of the width later moves there.
    browser.drag(strip, round(width / 3), -round(width / 2))
    browser.point(strip, 0)
    browser.wait(
        "the minute of midnight under the pointer",
        "return document.querySelector('.preview:not([hidden]) strong')?.innerText.startsWith('00:00:0')",
    )
    browser.wait(
        "a picture of it",
        "const image = document.querySelector('.preview img'); return !image.hidden && image.naturalWidth > 0",
    )
    strip.click()
    browser.wait("a picture", READY)
    shown = browser.js(f"return {FIELDS}")
    assert shown.startswith("2026-02-11 00:00:0"), shown
    browser.drag(strip, -round(width / 3), round(width / 2))
    strip.click()
    assert browser.js(f"return {FIELDS}").startswith("2026-02-10 23:59:0")


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Europe/Berlin"])
def test_the_zone_of_the_browser_does_not_matter(
    console: Console, browser: Browser, zone: str
) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": zone})
    look(console, browser, MIDNIGHT + timedelta(seconds=1))
    shows(browser, "2026-02-11 00:00:01")
    browser.see("Europe/Berlin")
