"""Disks that a test fills, breaks, unplugs and mends."""

import errno
import fcntl
import os
import struct
import subprocess
import sys
from pathlib import Path

import tools
from waiting import eventually

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
SECTOR = 512


class Tmpfs:
    """A file system in memory that is soon full."""

    def __init__(self, mount_point: Path, megabytes: int):
        self.mount_point = mount_point
        self._megabytes = megabytes

    def mount(self) -> None:
        """Mount it, empty."""
        _system("mount", "-t", "tmpfs", "-o", f"size={self._megabytes}m", "tmpfs", self.mount_point)

    def close(self) -> None:
        """Unmount it; what was in it is gone."""
        tools.run("umount", "-l", self.mount_point)


class LoopDisk:
    """An ext4 in a file, as a block device."""

    def __init__(self, image: Path, mount_point: Path, megabytes: int):
        self.mount_point = mount_point
        with image.open("wb") as file:
            file.truncate(megabytes << 20)
        _system("mkfs.ext4", "-q", "-F", "-m", 0, "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        self.device = _system("losetup", "-f", "--show", image).strip()

    def mount(self) -> None:
        """Mount it as a careful administrator does."""
        _system("mount", "-o", "noatime,errors=remount-ro", self.device, self.mount_point)

    def unmount(self) -> None:
        """Unmount it; nobody may use it any more."""
        _system("umount", self.mount_point)

    def unplug(self) -> None:
        """Take it from under those who use it: the path leads to the empty mount point at once."""
        _system("umount", "-l", self.mount_point)

    def cut_power(self) -> None:
        """Lose all that was not made safe, journal included; nothing can be written any more."""
        root = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(root, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(root)

    def check(self) -> None:
        """Repair the file system as a start of the machine does."""
        result = tools.run("e2fsck", "-f", "-p", self.device)
        assert result.status in (0, 1), str(result)

    def is_free(self) -> bool:
        """Whether nobody holds the file system, mounted or not."""
        try:
            os.close(os.open(self.device, os.O_RDWR | os.O_EXCL))
        except OSError as error:
            assert error.errno == errno.EBUSY, error
            return False
        return True

    def bytes_written(self) -> int:
        """What has reached the block device since it was made."""
        fields = Path(f"/sys/block/{Path(self.device).name}/stat").read_text().split()
        return int(fields[6]) * SECTOR

    def close(self) -> None:
        """Unmount and take the device apart."""
        while tools.run("umount", "-l", self.mount_point).status == 0:
            pass
        tools.run("losetup", "-d", self.device)


class FaultyDisk:
    """A file system whose calls fail or wait when the test says so (`faulty_disk.py`)."""

    def __init__(self, backing: Path, mount_point: Path):
        self.mount_point = mount_point
        self._backing = backing
        self._process: subprocess.Popen | None = None

    def mount(self) -> None:
        """Start the file system's process and wait until it answers."""
        program = Path(__file__).with_name("faulty_disk.py")
        self._process = subprocess.Popen(
            [sys.executable, program, self._backing, self.mount_point], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
        )
        eventually("the file system is mounted", self.mount_point.is_mount, 10)

    def fail(self, call: str, times: int = -1) -> None:
        """Let a call, `write` or `fsync`, fail with EIO so many times; -1 is for ever."""
        self._say(f"fail {call} {times}")

    def stall(self, call: str, seconds: float) -> None:
        """Let a call that comes within these seconds wait until they are over."""
        self._say(f"stall {call} {seconds}")

    def heal(self) -> None:
        """Be a good disk."""
        self._say("heal")

    def close(self) -> None:
        """Unmount and end the process."""
        tools.run("umount", "-l", self.mount_point)
        if self._process:
            self._process.stdin.close()
            tools.end(self._process)
            self._process.stdout.close()

    def _say(self, command: str) -> None:
        self._process.stdin.write(command + "\n")
        assert self._process.stdout.readline().strip() == "ok"


def _system(*command: object) -> str:
    result = tools.run(*command)
    assert result.status == 0, f"{command}: {result}"
    return result.out
