"""The real recorder against its own description, by requests that schemathesis makes up."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from console import PASSWORD, USER, Console
from waiting import eventually

# Streams have no end, and looking for cameras and at them asks hosts that were made up.
LEFT_OUT = r"/(events|live|discover|probe|doctor)$"
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


@pytest.fixture(scope="module")
def console(make_console: Callable[..., Console]) -> Console:
    """A recorder with one camera."""
    return make_console("h264-aac.mp4")


@pytest.fixture(scope="module")
def client(console: Console) -> Client:
    """An administrator's program."""
    return Client(console)


def test_requests_that_are_made_up_never_make_the_recorder_fail(
    console: Console, client: Client, tmp_path: Path,
) -> None:
    """No answer is a failure of the server, and none breaks the description."""
    report = tmp_path / "schemathesis.txt"
    with report.open("w") as out:
        done = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "run",
                f"{console.url}/api/v1/openapi.json",
                "--header", f"Authorization: Bearer {client.token}", "--checks",
                "not_a_server_error,response_schema_conformance,content_type_conformance",
                "--max-examples", "15", "--seed", "7", "--request-timeout", "20",
                "--exclude-path-regex", LEFT_OUT, "--phases", PHASES,
            ],
            stdout=out, stderr=subprocess.STDOUT, timeout=600, check=False, cwd=tmp_path,
        )
    assert console.recorder.failure() is None
    assert done.returncode == 0, report.read_text()[-8000:]


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
