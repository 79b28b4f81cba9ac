"""What a test needs of the machine; where it is missing the test is skipped with the reason."""

import ctypes.util
import functools
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def mounting() -> None:
    """Root, and a kernel that lets it mount."""
    _skip_unless(_mounts())


def loop_devices() -> None:
    """Loop devices with ext4."""
    mounting()
    _skip_unless(_loops())


def power_cut() -> None:
    """`EXT4_IOC_SHUTDOWN`, which any ext4 of a kernel since 4.11 has."""
    loop_devices()


def fault_trigger(device: str) -> Path:
    """The switch that makes ext4 believe in an error."""
    path = Path(f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error")
    _skip_unless(None if os.access(path, os.W_OK) else f"{path} is missing")
    return path


def fuse() -> None:
    """A file system of our own."""
    mounting()
    reason = None
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        reason = "/dev/fuse is missing"
    elif importlib.util.find_spec("mfusepy") is None:
        reason = "the Python package mfusepy is missing"
    elif not (ctypes.util.find_library("fuse3") or ctypes.util.find_library("fuse")):
        reason = "libfuse is missing: apt install fuse3"
    _skip_unless(reason)


def memory(count: int) -> None:
    """So many bytes of memory, for a file system in it."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable"))
    _skip_unless(None if free > count else f"{count >> 20} MiB of memory are not free")


def faketime() -> None:
    """A wall clock that the test sets."""
    _skip_unless(None if Path(FAKETIME).exists() else f"{FAKETIME} is missing: apt install faketime")


def compiler() -> str:
    """A C compiler."""
    found = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    _skip_unless(None if found else "no C compiler")
    return found


def _skip_unless(reason: str | None) -> None:
    if reason:
        pytest.skip(reason)


@functools.cache
def _mounts() -> str | None:
    if os.geteuid() != 0:
        return "mounting needs root"
    folder = tempfile.mkdtemp()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, text=True
    )
    if done.returncode == 0:
        subprocess.run(["umount", folder], check=True)
    os.rmdir(folder)
    return f"mounting is not allowed: {done.stderr.strip()}" if done.returncode else None


@functools.cache
def _loops() -> str | None:
    for program in ("mkfs.ext4", "losetup", "e2fsck"):
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
            return f"{program} is missing"
    found = subprocess.run(["losetup", "-f"], capture_output=True, text=True)
    return f"no loop device: {found.stderr.strip()}" if found.returncode else None
