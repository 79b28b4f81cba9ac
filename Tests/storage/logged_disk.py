"""An ext4 whose every write and flush is known, and what a power cut can leave of it."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import tools
from block_log import NAME, Record, records
from waiting import eventually

SECTOR = 512


class LoggedDisk:
    """An ext4 on a loop device on a file of `block_log.py`."""

    def __init__(self, folder: Path, mount_point: Path, megabytes: int):
        self.mount_point = mount_point
        self._folder = folder
        self._served = folder / "served"
        self._image = folder / "logged.img"
        self._base = folder / "base.img"
        self._log = folder / "blocks.log"
        self._device = ""
        self._process: subprocess.Popen | None = None
        with self._image.open("wb") as file:
            file.truncate(megabytes << 20)
        _system(
            "mkfs.ext4", "-q", "-F", "-m", 0, "-E",
            "lazy_itable_init=0,lazy_journal_init=0,nodiscard", self._image,
        )
        _system("cp", "--sparse=always", self._image, self._base)

    def mount(self) -> None:
        """Serve the file, and mount the disk that is in it."""
        self._served.mkdir()
        program = Path(__file__).with_name("block_log.py")
        self._process = subprocess.Popen(
            [sys.executable, program, self._image, self._log, self._served],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        file = Path(f"{self._served}{NAME}")
        eventually("the file is served", file.exists, 10)
        self._device = _system("losetup", "-f", "--show", file).strip()
        _system("mount", "-o", "noatime", self._device, self.mount_point)

    def records(self) -> list[Record]:
        """All writes and flushes so far."""
        return list(records(self._log))

    def image_after(self, log: list[Record], count: int, chance: random.Random) -> Path:
        """The disk after a power cut: all before the last flush, and by chance what came then.

        Between two flushes a disk writes in any order, and it writes whole sectors.
        """
        path = self._folder / "crashed.img"
        _system("cp", "--sparse=always", self._base, path)
        flushes = [number for number, record in enumerate(log[:count]) if record.is_flush]
        safe = flushes[-1] + 1 if flushes else 0
        kept = chance.choice([0, 0.5, 0.9, 1])
        with path.open("r+b") as file:
            for record in log[:safe]:
                file.seek(record.offset)
                file.write(record.data)
            late = [record for record in log[safe:count] if chance.random() < kept]
            chance.shuffle(late)
            for record in late:
                sectors = len(record.data) // SECTOR
                torn = chance.randrange(sectors + 1) if chance.random() < 0.1 else sectors
                file.seek(record.offset)
                file.write(record.data[: torn * SECTOR])
        return path

    def close(self) -> None:
        """Unmount everything and end the process."""
        while tools.run("umount", "-l", self.mount_point).status == 0:
            pass
        if self._device:
            tools.run("losetup", "-d", self._device)
        tools.run("umount", "-l", self._served)
        if self._process:
            tools.end(self._process)
        shutil.rmtree(self._served, ignore_errors=True)


class CrashedDisk:
    """An image of a disk without power, as a block device again."""

    def __init__(self, image: Path, mount_point: Path):
        self._mount_point = mount_point
        self._device = _system("losetup", "-f", "--show", image).strip()

    def mount(self) -> None:
        """Let the file system replay its journal, as the next start of the machine does."""
        _system("mount", "-o", "noatime", self._device, self._mount_point)

    def close(self) -> None:
        """Unmount it and take the device apart."""
        tools.run("umount", "-l", self._mount_point)
        tools.run("losetup", "-d", self._device)


def _system(*command: object) -> str:
    result = tools.run(*command)
    assert result.status == 0, f"{command}: {result}"
    return result.out
