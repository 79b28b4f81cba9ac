"""A recorder that is not let run for a while, as a whole or one thread of it."""

import json
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import check
import clips
import held_thread
import pytest
import tools
from fake_camera import FakeCamera
from recorder import Recorder
from waiting import eventually, until

STALL = 2.0
# Longer than a watchdog's patience and a camera's session; as long as a lid is closed at least.
FROZEN = 60.0
# The recorder takes a thread without a beat for so long for one that hangs.
PATIENCE = 20.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that goes away."""
    made = Path(tempfile.mkdtemp(prefix="cctv-sleep-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def camera(folder: Path) -> Iterator[FakeCamera]:
    """A camera."""
    made = FakeCamera(folder / "camera.log", "h264-noaudio.mp4")
    yield made
    made.end()


@pytest.fixture
def recorder(folder: Path, camera: FakeCamera) -> Iterator[Callable[..., Recorder]]:
    """Starts a recorder with more settings; it records when it is returned."""
    made: list[Recorder] = []

    def start(environment: dict[str, str] | None = None, **settings: object) -> Recorder:
        recorder = Recorder(
            folder, RTSP_URL=camera.url, CHECK_STREAM_DELAY=STALL, WEB=False, **settings)
        recorder.environment = environment or {}
        made.append(recorder)
        recorder.start()
        recorder.wait_until_recording(1)
        return recorder

    yield start
    for each in made:
        each.end()


class Manager:
    """What a service manager hears of the program that it started."""

    def __init__(self, path: Path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "30000000"}

    def is_fed(self, within: float) -> bool:
        """Whether the watchdog is fed within so many seconds from now."""
        self._socket.setblocking(False)
        try:
            while True:
                self._socket.recv(4096)
        except BlockingIOError:
            pass
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                if b"WATCHDOG=1" in self._socket.recv(4096).split(b"\n"):
                    return True
            except TimeoutError:
                return False
        return False

    def close(self) -> None:
        """Hear no more."""
        self._socket.close()


@pytest.fixture
def manager(folder: Path) -> Iterator[Manager]:
    """A service manager that only listens."""
    made = Manager(folder / "notify")
    yield made
    made.close()


def _gaps(recorder: Recorder) -> list[dict]:
    result = tools.cctv("coverage", "--output-folder", recorder.output, "--json")
    assert result.status == 0, str(result)
    return json.loads(result.out)["cameras"][0]["gaps"]


def test_a_recorder_that_was_frozen_goes_on_and_knows_why_pictures_are_missing(recorder):
    frozen = recorder(VIDEO_CLIP_DURATION=600)
    frozen.wait_until_written()
    os.kill(frozen.pid, signal.SIGSTOP)
    until(time.monotonic() + FROZEN, frozen.failure)
    woken = time.time()
    os.kill(frozen.pid, signal.SIGCONT)
    frozen.wait_for("camera.recording", count=2, within=5)
    assert len(frozen.log("camera.disconnected")) == 1
    until(time.monotonic() + 2, frozen.failure)
    assert frozen.stop() == 0
    assert check.assert_all_play(frozen) == 2, "the clip of before the freeze has ended with it"
    before, after = (
        [mark for _, sample in clips.samples(path) if (mark := check.ledger.mark(sample))]
        for path in frozen.clips()
    )
    check.assert_in_order(before)
    check.assert_in_order(after)
    assert before[-1].sent < woken - FROZEN + 1 and woken < after[0].sent < woken + 5
    missing = after[0].sent - before[-1].sent
    told = [gap for gap in _gaps(frozen) if gap["seconds"] > 1]
    assert [gap["cause"] for gap in told if gap["seconds"] > FROZEN / 2] == [
        "recorder-not-running"], told
    assert abs(sum(gap["seconds"] for gap in told) - missing) < 2, (told, missing)


@pytest.mark.parametrize(("thread", "told"), [("cam-", "camera camera"), ("vol-", "writer")])
def test_a_thread_that_hangs_starves_the_watchdog_and_is_named(recorder, manager, thread, told):
    if reason := held_thread.why_not():
        pytest.skip(reason)
    # No stall of the other end may explain what happens.
    hung = recorder(manager.environment, VIDEO_CLIP_DURATION=600)
    assert manager.is_fed(within=5)
    with held_thread.held(hung.pid, thread):
        began = time.monotonic()
        line = hung.wait_for("program.stuck", within=PATIENCE + 8)[0]
        assert PATIENCE - 6 < time.monotonic() - began
        assert line["thread"] == told, line
        assert "service manager starts it again" in line["message"], line
        assert not manager.is_fed(within=8), "the watchdog is fed while a thread hangs"
    eventually("the watchdog is fed again", lambda: manager.is_fed(within=2), within=15)
    assert hung.stop() == 0
    check.assert_all_play(hung)
