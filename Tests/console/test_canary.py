"""Twenty secrets are planted in everything that has one; then everything that tells is searched."""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tools
from console import Console
from test_api import Client
from waiting import eventually

# What never ends, and what would look at the network for five seconds.
STREAMS = ("/api/v1/events", "/api/v1/live")


@pytest.fixture(scope="module")
def planted() -> dict[str, str]:
    """Secrets by the place where each is planted; no text contains one by chance."""
    places = [f"camera-{number}" for number in range(12)] + [
        "webhook-url", "webhook-secret", "mqtt-password", "ping-url", "console-password",
        "user-password", "refused-form", "probe",
    ]
    return {place: "canary" + secrets.token_hex(12) for place in places}


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console], planted: dict[str, str]) -> Console:
    """A recorder that knows them: cameras that play, that refuse the password and that are away."""
    made = make_console(
        "h264-noaudio.mp4",
        WEBHOOK_URL=f"http://127.0.0.1:9/hook?key={planted['webhook-url']}",
        WEBHOOK_SECRET=planted["webhook-secret"],
        MQTT_URL="mqtt://127.0.0.1:9", MQTT_USERNAME="cctv",
        MQTT_PASSWORD=planted["mqtt-password"],
        PING_URL=f"http://127.0.0.1:9/ping/{planted['ping-url']}", LOG_LEVEL="DEBUG",
    )
    there = made.cameras[0].url.removeprefix("rtsp://")
    entries = made.recorder.settings["CAMERAS"]
    for number in range(12):
        secret = planted[f"camera-{number}"]
        host = there if number % 3 else "127.0.0.1:9/none"
        apart = {"USERNAME": "admin", "PASSWORD": secret}
        entries.append(
            {"NAME": f"kept-{number}", "RTSP_URL": f"rtsp://{host}", **apart} if number % 2
            else {"NAME": f"kept-{number}", "RTSP_URL": f"rtsp://admin:{secret}@{host}"})
    made.recorder.write_settings(CAMERAS=entries)
    made.recorder.process.send_signal(1)
    made.recorder.wait_for("settings.reloaded")
    return made


def _told(console: Console, client: Client, planted: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Everything that the recorder tells anybody, with where it was found."""
    client.ask("POST", "/api/v1/doctor", {"seconds": 1, "camera": "kept-1"})
    eventually("a look at a camera", lambda: _looked(client), within=30)
    for path, operations in client.document()["paths"].items():
        if "get" in operations and path not in STREAMS:
            url = path.replace("{id}", "1").replace("{number}", "1").replace("{name}", "kept-1")
            span = "from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"
            status, headers, body = client.ask("GET", f"{url}?{span}")
            yield f"GET {path} ({status})", str(headers).encode() + body
    requests = [
        ("POST", "/api/v1/cameras", {"name": "Not A Name", "url": "rtsp://127.0.0.1:9/x",
                                     "username": "admin", "password": planted["refused-form"]}),
        ("POST", "/api/v1/cameras", {
            "name": "also", "url": f"http://admin:{planted['refused-form']}@127.0.0.1/x"}),
        ("PATCH", "/api/v1/settings", {"PASSWORD": planted["refused-form"], "AUDIO": "loud"}),
        ("POST", "/api/v1/cameras/probe", {"url": "rtsp://127.0.0.1:9/x", "username": "admin",
                                           "password": planted["probe"]}),
        ("POST", "/api/v1/users", {"name": "guard", "role": "viewer",
                                   "password": planted["user-password"]}),
        ("PATCH", "/api/v1/cameras/kept-1", {"username": "root"}),
        ("POST", "/api/v1/reload", {}),
        ("POST", "/api/v1/notifications/test", {}),
    ]
    for method, path, body in requests:
        status, headers, answer = client.ask(method, path, body)
        yield f"{method} {path} ({status})", str(headers).encode() + answer
    for command in (["status", "--json"], ["config", "show"], ["clips", "--json"],
                    ["coverage", "--json"]):
        result = tools.cctv(*command, "--config", console.recorder.settings_file)
        yield f"cctv {command[0]}", (result.out + result.err).encode()
    yield "the terminal", console.recorder.stderr().encode()
    process = Path(f"/proc/{console.recorder.pid}")
    yield "the process list", (process / "cmdline").read_bytes()
    yield "the environment", (process / "environ").read_bytes()
    kept = [console.recorder.output, console.folder / "state"]
    for file in (file for folder in kept for file in folder.glob("**/*") if file.is_file()):
        yield str(file.relative_to(console.folder)), file.read_bytes()


def _looked(client: Client) -> bool:
    """Whether the doctor has finished, so that its answers have everything to tell."""
    return json.loads(client.ask("GET", "/api/v1/doctor")[2])["checkup"]["state"] == "finished"


def test_no_secret_is_told_to_anybody(console: Console, planted: dict[str, str]) -> None:
    """No answer, page, error, log, index or file of the recorder has one of them in it."""
    link = console.setup_link().rpartition("token=")[2]
    client = Client(console, password=planted["console-password"])
    console.recorder.wait_for("camera.disconnected")
    told = dict(_told(console, client, planted))
    assert len(told) > 40, sorted(told)
    assert "GET /api/v1/doctor/bundle (200)" in told
    wanted = planted | {"token": client.token, "session": client.cookie.partition("=")[2], "setup link": link}
    allowed = {("setup link", "the terminal")}
    found = [
        (place, where) for where, text in told.items() for place, secret in wanted.items()
        if secret.encode() in text and (place, where) not in allowed
    ]
    assert not found
    assert json.loads(client.ask("GET", "/api/v1/status")[2])["cameras"], "it still answers"


def test_the_search_would_find_one(console: Console, planted: dict[str, str]) -> None:
    """The settings file has them all, so that a search that finds nothing there is broken."""
    settings = console.recorder.settings_file.read_text()
    for place in ("camera-0", "camera-1", "webhook-secret", "mqtt-password"):
        assert planted[place] in settings
