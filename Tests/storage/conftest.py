"""What the tests of disks and clocks share, on top of the helpers of Tests/interop."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

import needs
import tools
from cameras import Cameras
from disks import FaultyDisk, LoopDisk, Tmpfs
from logged_disk import LoggedDisk
from own_mounts import own_mounts
from recorder import Recorder
from surroundings import surroundings  # pytest finds it here


def pytest_sessionstart() -> None:
    """Mount where no other suite sees it."""
    own_mounts()


@pytest.fixture(scope="session")
def high_rate() -> Iterator[Callable[[int], Path]]:
    """Makes moving noise of a bit rate, with a key frame every half second."""
    folder = Path(tempfile.mkdtemp(prefix="cctv-media-"))

    def make(megabits: int) -> Path:
        path = folder / f"{megabits}.mp4"
        if not path.exists():
            result = tools.run(
                tools.tool("ffmpeg"), "-v", "error", "-f", "lavfi",
                "-i", "testsrc2=size=640x360:rate=24", "-vf", "noise=alls=60:allf=t", "-t", 4,
                "-c:v", "libx264", "-preset", "ultrafast", "-b:v", f"{megabits}M",
                "-maxrate", f"{megabits}M", "-bufsize", f"{megabits}M", "-g", 12,
                "-pix_fmt", "yuv420p", path,
            )
            assert result.status == 0, str(result)
        return path

    yield make
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def lab(high_rate: Callable[[int], Path]) -> Iterator["Lab"]:
    """A folder, and everything that is made in it, which goes away in the right order."""
    made = Lab(high_rate)
    try:
        yield made
    finally:
        made.close()


class Lab:
    """Makes disks, cameras and recorders; ends them in the opposite order."""

    def __init__(self, high_rate: Callable[[int], Path]):
        self._high_rate = high_rate
        self._stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="cctv-storage-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.mount_point = self.folder / "recordings"
        self.mount_point.mkdir()

    def cameras(self, count: int, megabits: int) -> Cameras:
        """So many cameras of a bit rate in one process."""
        made = Cameras(self.folder / "cameras.log", self._high_rate(megabits), count)
        self._stack.callback(made.end)
        return made

    def recorder(self, cameras: Cameras, **settings: object) -> Recorder:
        """A recorder into the mount point, with the settings that every test wants."""
        made = Recorder(self.folder, CAMERAS=cameras.settings, **settings)
        self._stack.callback(made.end)
        return made

    def tmpfs(self, megabytes: int) -> Tmpfs:
        """A small disk in memory, mounted."""
        needs.mounting()
        return self._mounted(Tmpfs(self.mount_point, megabytes))

    def loop_disk(self, megabytes: int, mounted: bool = True) -> LoopDisk:
        """An ext4 on a loop device."""
        needs.loop_devices()
        disk = LoopDisk(self.folder / "disk.img", self.mount_point, megabytes)
        self._stack.callback(disk.close)
        if mounted:
            disk.mount()
        return disk

    def faulty_disk(self) -> FaultyDisk:
        """A disk whose faults the test switches."""
        needs.fuse()
        backing = self.folder / "backing"
        backing.mkdir()
        return self._mounted(FaultyDisk(backing, self.mount_point))

    def logged_disk(self, megabytes: int) -> LoggedDisk:
        """An ext4 whose every write is written down."""
        needs.loop_devices()
        needs.fuse()
        return self._mounted(LoggedDisk(self.folder, self.mount_point, megabytes))

    def _mounted(self, disk):
        self._stack.callback(disk.close)
        disk.mount()
        return disk

    def close(self) -> None:
        """End everything that was made."""
        self._stack.close()
