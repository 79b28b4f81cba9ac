"""What the tests of notices share, on top of the helpers of Tests/interop."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

from fake_camera import FakeCamera
from recorder import Recorder
from surroundings import surroundings  # pytest finds it here


@pytest.fixture
def lab() -> Iterator["Lab"]:
    """A folder, and everything that is made in it, which goes away in the right order."""
    made = Lab()
    try:
        yield made
    finally:
        made.close()


class Lab:
    """Makes cameras, recorders and receivers; ends them in the opposite order."""

    def __init__(self):
        self._stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="cctv-notify-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def camera(self, *options: object) -> FakeCamera:
        """A camera."""
        return self.keep(FakeCamera(self.folder / "camera.log", "h264-noaudio.mp4", *options))

    def recorder(self, **settings: object) -> Recorder:
        """A recorder, without a console on a port unless that is set."""
        usual = {"WEB": False, "NOTIFY_AFTER": 5, "CHECK_STREAM_DELAY": 1}
        return self.keep(Recorder(self.folder, **usual | settings))

    def keep(self, made):
        """End what was made, when its time comes."""
        self._stack.callback(made.end)
        return made

    def close(self) -> None:
        """End everything that was made."""
        self._stack.close()
