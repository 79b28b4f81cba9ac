"""A test notice from the settings page: to a real server and a real broker, with the result in words."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Browser
from console import Console
from waiting import eventually

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notify"))

from broker import Broker, free_port
from receiver import Receiver

RESULT = "return document.querySelector('[data-way=\"' + arguments[0] + '\"][data-state=\"' + arguments[1] + '\"]')?.innerText"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A web server that takes notices."""
    made = Receiver()
    yield made
    made.end()


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A recorder that tells nobody anything yet."""
    return make_console("h264-noaudio.mp4")


def _save(browser: Browser, **values: str) -> None:
    """Fill in fields and save, as a person does."""
    for name, value in values.items():
        browser.write(name.replace("_", " "), value)
    browser.press("Save")
    browser.see("Saved.")


def test_a_person_sees_that_the_webhook_works_and_why_it_does_not(
    console: Console, browser: Browser, receiver: Receiver
) -> None:
    console.enter(browser, "/settings")
    browser.press("Send a test notice")
    browser.see("Nobody is told anything yet.")
    _save(browser, Webhook_address=receiver.url)
    browser.press("Send a test notice")
    assert "it has arrived" in browser.wait("the result", RESULT, "webhook", "arrived")
    assert receiver.events() == ["test"]
    receiver.status = 403
    browser.press("Send a test notice")
    said = browser.wait("why not", RESULT, "webhook", "failed")
    assert "the server answered 403" in said
    assert "canary" not in said, "the address has a key in it"
    receiver.status = 204
    eventually("it is tried again", lambda: receiver.events() == ["test", "test"], within=10)


def test_the_broker_and_the_ping_are_tried_too(
    console: Console, browser: Browser, receiver: Receiver
) -> None:
    console.enter(browser, "/settings")
    port = free_port()
    _save(
        browser, MQTT_broker=f"mqtt://127.0.0.1:{port}", MQTT_user_name=Broker.user,
        MQTT_password=Broker.password, Ping_address=receiver.url.replace("hook", "ping"),
    )
    browser.press("Send a test notice")
    assert "did not arrive" in browser.wait("no broker", RESULT, "mqtt", "failed", within=15)
    assert "was fetched" in browser.wait("the ping", RESULT, "ping", "arrived")
    broker = Broker(console.folder, port)
    try:
        browser.press("Send a test notice")
        assert "it has arrived" in browser.wait("the broker", RESULT, "mqtt", "arrived", within=15)
        told = eventually("the notice", lambda: broker.history("/event"), within=10)
        assert [json.loads(text)["event"] for text in told] == ["test"]
    finally:
        broker.end()
