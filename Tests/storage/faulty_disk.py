"""A file system that passes everything on to a folder, but for the faults it is told on its input.

    python faulty_disk.py FOLDER MOUNT_POINT

Commands: `fail CALL TIMES`, `stall CALL SECONDS`, `heal`; each is answered with `ok`.
"""

import errno
import os
import sys
import threading
import time
from pathlib import Path

import mfusepy


class Faults:
    """What the next calls do; safe to use from all threads of the file system."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._stalls: dict[str, float] = {}

    def command(self, words: list[str]) -> None:
        """Take over a command."""
        with self._lock:
            match words:
                case ["fail", call, times]:
                    self._failures[call] = int(times)
                case ["stall", call, seconds]:
                    self._stalls[call] = time.monotonic() + float(seconds)
                case ["heal"]:
                    self._failures.clear()
                    self._stalls.clear()
                case _:
                    raise ValueError(words)

    def meet(self, call: str) -> None:
        """Wait or fail as a call of this kind is to do now."""
        with self._lock:
            left = self._stalls.get(call, 0) - time.monotonic()
            times = self._failures.get(call, 0)
            if times:
                self._failures[call] = times - 1
        if left > 0:
            time.sleep(left)
        if times:
            raise mfusepy.FuseOSError(errno.EIO)


class FaultyFileSystem(mfusepy.Operations):
    """Every operation that a recorder needs, on the files of a folder."""

    use_ns = True

    def __init__(self, folder: Path, faults: Faults):
        self._folder = str(folder)
        self._faults = faults

    def _real(self, path: str) -> str:
        return self._folder + path

    def getattr(self, path: str, fh: int | None = None) -> dict:
        status = os.lstat(self._real(path))
        names = ("st_gid", "st_uid", "st_mode", "st_nlink", "st_size", "st_blocks")
        times = {f"st_{kind}time": getattr(status, f"st_{kind}time_ns") for kind in "acm"}
        return times | {name: getattr(status, name) for name in names}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *os.listdir(self._real(path))]

    def mkdir(self, path: str, mode: int) -> int:
        os.mkdir(self._real(path), mode)
        return 0

    def rmdir(self, path: str) -> int:
        os.rmdir(self._real(path))
        return 0

    def unlink(self, path: str) -> int:
        os.unlink(self._real(path))
        return 0

    def rename(self, old: str, new: str) -> int:
        os.rename(self._real(old), self._real(new))
        return 0

    def mknod(self, path: str, mode: int, dev: int) -> int:
        os.mknod(self._real(path), mode, dev)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        os.chmod(self._real(path), mode)
        return 0

    def statfs(self, path: str) -> dict:
        space = os.statvfs(self._real(path))
        names = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files",
                 "f_frsize", "f_namemax")
        return {name: getattr(space, name) for name in names}

    def open(self, path: str, flags: int) -> int:
        return os.open(self._real(path), flags & ~(os.O_CREAT | os.O_EXCL | os.O_APPEND))

    def create(self, path: str, mode: int, fi: object = None) -> int:
        return os.open(self._real(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        self._faults.meet("write")
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        self._faults.meet("write")
        os.truncate(self._real(path), length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._faults.meet("fsync")
        os.fdatasync(fh)
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        self._faults.meet("fsync")
        return 0

    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0


def listen(faults: Faults) -> None:
    """Take commands until the input ends."""
    for line in sys.stdin:
        faults.command(line.split())
        print("ok", flush=True)


if __name__ == "__main__":
    switches = Faults()
    threading.Thread(target=listen, args=(switches,), daemon=True).start()
    mfusepy.FUSE(
        FaultyFileSystem(Path(sys.argv[1]), switches), sys.argv[2], foreground=True,
        nothreads=False, allow_other=True,
    )
