"""The real recorder against its own description, by requests that schemathesis makes up."""

import http.client
import json
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest
from console import PASSWORD, USER, Console
from viewers import STATUS
from waiting import eventually

# What schemathesis asks nothing of, and why.
LEFT_OUT = {
    "/api/v1/events": "it has no end; its beginning is looked at below",
    "/api/v1/live": "it has no end; its beginning is looked at below",
    "/api/v1/cameras/probe": "it would ask hosts that were made up; this machine alone is asked below",
    "/api/v1/cameras/discover": "it asks the whole network; test_discovery.py does in one of its own",
}
# The stateful phase would take its own token away.
PHASES = "examples,coverage,fuzzing"


class Client:
    """A program that speaks to a console with a token."""

    def __init__(self, console: Console, password: str = PASSWORD):
        self.url = console.url
        self.token = ""
        setup = {"token": console.setup_link().rpartition("token=")[2], "user": USER,
                 "password": password}
        _, headers, _ = self.ask("POST", "/api/v1/setup", setup)
        self.cookie = headers["Set-Cookie"].partition(";")[0]
        _, _, body = self.ask(
            "POST", "/api/v1/tokens", {"name": "test", "role": "admin"},
            {"Cookie": self.cookie, "Origin": self.url},
        )
        self.token = json.loads(body)["token"]

    def ask(
        self, method: str, path: str, body: dict | None = None, headers: dict | None = None,
    ) -> tuple[int, dict, bytes]:
        """Sends a request; returns status, header and body, whatever the status is."""
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(), headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def document(self) -> dict:
        """The description of the API."""
        return json.loads(self.ask("GET", "/api/v1/openapi.json")[2])

    def begin(self, path: str) -> http.client.HTTPResponse:
        """Begins to read an answer that has no end."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=20)

    def is_described(self, value: object, name: str) -> bool:
        """Whether a value is what the description calls by a name."""
        schema = {"$ref": f"#/components/schemas/{name}", "components": self.document()["components"]}
        return jsonschema_rs.is_valid(schema, value)


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A recorder with one camera."""
    return make_console("h264-aac.mp4")


@pytest.fixture(scope="module")
def client(console: Console) -> Client:
    """An administrator's program."""
    return Client(console)


def test_events_begin_with_the_state(client: Client) -> None:
    """The first event is the whole state, as it is described."""
    with client.begin("/api/v1/events?log=INFO") as answer:
        assert answer.headers.get_content_type() == "text/event-stream"
        fields = {}
        while "data" not in fields:
            name, _, value = answer.readline().decode().rstrip().partition(": ")
            fields[name] = value
    assert fields["event"] == "status"
    assert client.is_described(json.loads(fields["data"]), "RecorderStatus")


def test_a_live_answer_begins_with_who_is_shown(client: Client) -> None:
    """The first part says whose number is whose."""
    with client.begin("/api/v1/live?cameras=cam-1") as answer:
        assert answer.headers.get_content_type() == "application/octet-stream"
        number, kind, zeros, length = struct.unpack(">BBHI", answer.read(8))
        status = json.loads(answer.read(length))
    assert (number, kind, zeros) == (0, STATUS, 0)
    assert status["camera"] == "cam-1"


REFUSED = [
    ("GET", "/api/v1/events?log=LOUD", None), ("GET", "/api/v1/live", None),
    ("GET", "/api/v1/live?cameras=", None), ("GET", "/api/v1/live?cameras=nobody", None),
    ("GET", "/api/v1/live?cameras=" + ",".join(map(str, range(65))), None),
    ("GET", "/api/v1/live?cameras=%FF%00", None),
    *(("POST", "/api/v1/cameras/probe", body) for body in (
        {}, {"url": 5}, {"url": ""}, {"url": "http://127.0.0.1/"}, {"url": "rtsp://127.0.0.1:99999/"},
        {"url": "rtsp://169.254.169.254/"}, {"url": "rtsp://127.0.0.1:9/"}, {"camera": "nobody"},
        {"url": "rtsp://127.0.0.1:9/", "seconds": 0}, {"url": "rtsp://127.0.0.1:9/", "seconds": 1e99},
    )),
]


@pytest.mark.parametrize(("method", "path", "body"), REFUSED)
def test_what_cannot_be_is_refused_as_described(
    client: Client, method: str, path: str, body: dict | None,
) -> None:
    """A refusal is a problem with a sentence, and no failure of the server."""
    status, headers, answer = client.ask(method, path, body)
    assert 400 <= status < 500 or status == 503, answer
    assert headers.get_content_type() == "application/problem+json"
    assert client.is_described(json.loads(answer), "Problem")


def test_a_camera_is_probed_as_described(console: Console, client: Client) -> None:
    """What is seen of a camera has the form that the description gives."""
    status, _, body = client.ask(
        "POST", "/api/v1/cameras/probe", {"url": console.cameras[0].url, "seconds": 1})
    assert status == 200, body
    assert client.is_described(json.loads(body), "ProbeRecord")


def test_a_wrong_token_opens_nothing(client: Client) -> None:
    """Every route of the description that needs a role answers a stranger with 401."""
    wrong = {"Authorization": "Bearer cctv_wrong"}
    for path, operations in client.document()["paths"].items():
        for method, operation in operations.items():
            if "x-role" in operation:
                url = path.replace("{id}", "1").replace("{number}", "1").replace("{name}", "cam-1")
                status, _, _ = client.ask(method.upper(), url, headers=wrong)
                assert status == 401, f"{method} {path}: {status}"


def test_a_part_of_a_clip_is_the_same_bytes_as_in_the_file(console: Console, client: Client) -> None:
    """What a range brings is what lies in the file at that place."""

    def first() -> dict | None:
        clips = json.loads(client.ask("GET", "/api/v1/clips?limit=1&order=oldest")[2])["clips"]
        return clips[0] if clips and clips[0]["bytes"] > 2000 else None

    clip = eventually("a clip", first, within=15)
    file = (console.recorder.output / clip["path"]).read_bytes()
    status, headers, body = client.ask(
        "GET", f"/api/v1/clips/{clip['id']}/video.mp4", headers={"Range": "bytes=100-1099"}
    )
    assert status == 206
    assert headers["Content-Range"].startswith("bytes 100-1099/")
    assert body == file[100:1100]


def test_requests_that_are_made_up_never_make_the_recorder_fail(
    console: Console, client: Client, tmp_path: Path,
) -> None:
    """No answer is a failure of the server, and none breaks the description.

    It comes last: cameras and settings are others afterwards.
    """
    for path, why in LEFT_OUT.items():
        print(f"\nleft out: {path}: {why}", end="")
    report = tmp_path / "schemathesis.txt"
    with report.open("w") as out:
        done = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "run",
                f"{console.url}/api/v1/openapi.json",
                "--header", f"Authorization: Bearer {client.token}", "--checks",
                "not_a_server_error,response_schema_conformance,content_type_conformance",
                "--max-examples", "15", "--seed", "7", "--request-timeout", "20",
                "--exclude-path-regex", f"^({'|'.join(LEFT_OUT)})$", "--phases", PHASES,
            ],
            stdout=out, stderr=subprocess.STDOUT, timeout=600, check=False, cwd=tmp_path,
        )
    assert console.recorder.failure() is None
    assert done.returncode == 0, report.read_text()[-8000:]
