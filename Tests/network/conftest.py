"""What the tests of bad networks share, on top of the helpers of Tests/interop and Tests/storage."""

import functools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "interop"), str(TESTS / "storage")]

import namespaces
import tools
from recorder import Recorder
from surroundings import surroundings  # pytest finds it here

why_no_network = functools.cache(namespaces.why_not)


@pytest.fixture
def lab() -> Iterator["Lab"]:
    """A network and everything that is made on it, which goes away in the right order."""
    if reason := why_no_network():
        pytest.skip(reason)
    made = Lab()
    try:
        yield made
    finally:
        made.close()


class FarRecorder(Recorder):
    """A recorder on the other machine of a network."""

    def __init__(self, network: namespaces.Network, folder: Path, **settings: object):
        super().__init__(folder, **settings)
        self._network = network

    def command(self) -> list[object]:
        """The command line that records there."""
        return self._network.wrap(self._network.recorder, *super().command())


class Lab:
    """Makes cameras and recorders on the two machines; ends them in the opposite order."""

    def __init__(self):
        self._stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="cctv-network-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.network = namespaces.Network()
        self._stack.callback(self.network.close)

    def cameras(self, count: int = 1, media: str = "h264-noaudio.mp4") -> list[dict]:
        """So many cameras on the camera's machine, as the recorder's `CAMERAS`."""
        process = subprocess.Popen(
            self.network.wrap(
                self.network.camera, tools.FAKE_CAMERA, tools.FIXTURES / media, "--count", count),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=tools.clean_environment(),
        )
        self._stack.callback(process.stdout.close)
        self._stack.callback(tools.end, process)
        urls = [process.stdout.readline().strip() for _ in range(count)]
        assert urls[0].startswith("rtsp://127.0.0.1:"), urls
        port = int(urls[0].split(":")[2].split("/")[0])
        self.network.expose(port)
        return [
            {
                "NAME": f"c{number}", "AUDIO": "off",
                "RTSP_URL": url.replace("127.0.0.1", self.network.camera_address),
            }
            for number, url in enumerate(urls, 1)
        ]

    def recorder(self, **settings: object) -> FarRecorder:
        """A recorder on its machine."""
        made = FarRecorder(self.network, self.folder, **settings)
        self._stack.callback(made.end)
        return made

    def call(self, callback: Callable, *arguments: object) -> None:
        """Have something done at the end, before what was made earlier goes."""
        self._stack.callback(callback, *arguments)

    def close(self) -> None:
        """End everything that was made."""
        self._stack.close()
