"""`cctv probe`: what a camera sends, and for every failure a sentence that says what to do."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import tools

UNAVAILABLE = 69


def _failed(result: tools.Result, *words: str) -> None:
    assert result.status == UNAVAILABLE, str(result)
    assert result.out == "" and len(result.err.splitlines()) == 1, f"not a sentence: {result}"
    for word in words:
        assert word in result.err, f"{word!r} is not said: {result}"


@contextmanager
def _listener(answer: bytes | None) -> Iterator[int]:
    """A port where something answers that is no camera; without an answer it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if answer is None:
            server.close()
            yield port
            return
        server.settimeout(10)
        thread = Thread(target=_answer_one, args=(server, answer))
        thread.start()
        yield port
        thread.join()


def _answer_one(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.settimeout(10)
        connection.recv(4096)
        connection.sendall(answer)
        connection.recv(4096)


def test_a_good_camera_is_described(camera: Callable):
    url = camera("h264-aac.mp4").url
    result = tools.cctv("probe", url, "--seconds", 3)
    assert result.status == 0 and not result.err, str(result)
    for words in ("H.264 640x360", "25 per second", "AAC, 48 kHz mono", "1 s"):
        assert words in result.out, f"{words!r} is not said: {result}"


def test_scripts_get_the_same_as_json(camera: Callable):
    url = camera("h265.mp4").url
    result = tools.cctv("probe", url, "--seconds", 3, "--json")
    facts = json.loads(result.out)
    assert (facts["codec"], facts["width"], facts["height"]) == ("hevc", 320, 180)
    assert facts["frame_rate"] == pytest.approx(25, abs=0.5)
    assert facts["key_frame_seconds"] == pytest.approx(1, abs=0.1)
    assert facts["lost_packets"] == 0


def test_a_wrong_password_is_told_and_not_repeated(camera: Callable):
    url = camera("h264-aac.mp4", "--password", "right").url
    wrong = url.replace("rtsp://", "rtsp://admin:Canary@")
    result = tools.cctv("probe", wrong)
    _failed(result, "refused the password", "check user name and password")
    assert "Canary" not in result.err
    _failed(tools.cctv("probe", url), "wants a user name and a password")


def test_a_path_that_is_not_there_is_told(camera: Callable):
    url = camera("h264-aac.mp4").url
    _failed(tools.cctv("probe", url + "/none"), "no stream at this path")


def test_a_closed_port_is_told():
    with _listener(None) as port:
        result = tools.cctv("probe", f"rtsp://127.0.0.1:{port}/x")
    _failed(result, f"refuses connections to port {port}")


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"],
    ids=["a web server", "an SSH server"],
)
def test_a_server_that_is_no_camera_is_told(answer: bytes):
    with _listener(answer) as port:
        result = tools.cctv("probe", f"rtsp://127.0.0.1:{port}/x")
    _failed(result, "not an RTSP server", "check the port")


@pytest.mark.parametrize(
    "fault", ["http-answer", "ssh-banner", "random-bytes", "huge-content-length", "status-453",
              "status-500", "status-503", "silent-open", "trickle", "redirect-loop"]
)
def test_a_camera_that_answers_nonsense_costs_a_sentence_and_little_time(
    camera: Callable, fault: str
):
    result = tools.cctv("probe", camera("h264-aac.mp4", "--fault", fault).url, within=20)
    _failed(result, ":")


def test_a_host_that_is_not_there_is_told():
    result = tools.cctv("probe", "rtsp://no-such-camera.invalid/x")
    _failed(result, "no-such-camera.invalid", "check its spelling")
