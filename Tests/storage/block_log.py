"""A file system with one file that writes down every write and every flush of it.

    python block_log.py IMAGE LOG MOUNT_POINT

The image appears as `MOUNT_POINT/disk.img`. A record of the log is the time in seconds, the offset
and the count as doubles and 64-bit numbers, then the bytes; a flush has the count 0.
"""

import errno
import os
import stat
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME = "/disk.img"
RECORD = struct.Struct("<dQQ")


@dataclass(frozen=True)
class Record:
    """A write, or a flush if it has no bytes."""

    time: float
    offset: int
    data: bytes

    @property
    def is_flush(self) -> bool:
        return not self.data


def records(log: Path) -> Iterator[Record]:
    """What was written down, in its order."""
    with log.open("rb") as file:
        while len(head := file.read(RECORD.size)) == RECORD.size:
            when, offset, count = RECORD.unpack(head)
            yield Record(when, offset, file.read(count))


def _serve(image: Path, log: Path, mount_point: str) -> None:
    import mfusepy

    class LoggedFile(mfusepy.Operations):
        """One file; all others do not exist."""

        def __init__(self) -> None:
            self._file = os.open(image, os.O_RDWR)
            self._log = log.open("wb", buffering=0)

        def getattr(self, path: str, fh: int | None = None) -> dict:
            if path == "/":
                return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
            if path != NAME:
                raise mfusepy.FuseOSError(errno.ENOENT)
            size = os.fstat(self._file).st_size
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": size}

        def readdir(self, path: str, fh: int) -> list[str]:
            return [".", "..", NAME[1:]]

        def open(self, path: str, flags: int) -> int:
            return self._file

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            return os.pread(self._file, size, offset)

        def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
            self._log.write(RECORD.pack(time.time(), offset, len(data)) + data)
            return os.pwrite(self._file, data, offset)

        def fsync(self, path: str, datasync: int, fh: int) -> int:
            self._log.write(RECORD.pack(time.time(), 0, 0))
            return 0

    # One thread: the order of the log is the order in which the kernel asked.
    mfusepy.FUSE(LoggedFile(), mount_point, foreground=True, nothreads=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
