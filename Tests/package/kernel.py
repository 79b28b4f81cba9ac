"""Calls of the kernel that Python has no name for."""

import ctypes
import os
from pathlib import Path

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWUSER = 0x20000, 0x4000000, 0x10000000
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
SYS_PIVOT_ROOT, MNT_DETACH = 155, 2
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1

_libc = ctypes.CDLL(None, use_errno=True)


def _check(status: int, what: str) -> None:
    if status < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """`mount(2)`."""
    status = _libc.mount(source.encode(), target.encode(), kind.encode(), flags, data.encode())
    _check(status, f"mount {target}")


def enter(root: str) -> None:
    """A mount namespace of our own with another root; what is mounted in it nobody else sees.

    After chroot(2) the kernel would allow no user namespace.
    """
    _check(_libc.unshare(CLONE_NEWNS), "unshare")
    _check(_libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "private mounts")
    os.chdir(root)
    _check(_libc.syscall(SYS_PIVOT_ROOT, b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", MNT_DETACH), "umount")
    os.chdir("/")


def _set_read_only(path: str, wanted: bool) -> None:
    on, off = (MOUNT_ATTR_RDONLY, 0) if wanted else (0, MOUNT_ATTR_RDONLY)
    attributes = (ctypes.c_uint64 * 4)(on, off, 0, 0)
    size = ctypes.sizeof(attributes)
    status = _libc.syscall(
        SYS_MOUNT_SETATTR, AT_FDCWD, path.encode(), AT_RECURSIVE, attributes, size
    )
    _check(status, f"mount_setattr {path}")


def read_only(path: str) -> None:
    """Forbid to write to a mount and all below it."""
    _set_read_only(path, True)


def read_only_except(writable: list[str]) -> None:
    """Forbid to write to anything but these folders, devices and temporary files."""
    for path in writable:
        mount(path, path, flags=MS_BIND | MS_REC)
    read_only("/")
    for path in [*writable, "/tmp", "/var/tmp", "/dev", "/proc"]:
        _set_read_only(path, False)


def private_devices() -> None:
    """A `/dev` with what is no device of this machine."""
    names = ("null", "zero", "full", "random", "urandom", "tty")
    kept = Path("/tmp/.devices")
    kept.mkdir()
    for name in names:
        (kept / name).touch()
        mount(f"/dev/{name}", str(kept / name), flags=MS_BIND)
    mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755")
    for name in names:
        Path(f"/dev/{name}").touch()
        mount(str(kept / name), f"/dev/{name}", flags=MS_BIND)
        _check(_libc.umount2(str(kept / name).encode(), 2), "umount")
    os.symlink("/proc/self/fd", "/dev/fd")


def private_hostname() -> None:
    """A host name of our own, which nobody else sees."""
    _check(_libc.unshare(CLONE_NEWUTS), "unshare host name")


def drop_capabilities() -> None:
    """Take every capability out of reach, also of programs that are started."""
    capability = 0
    while _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1


def private_users(user: int, group: int) -> None:
    """A user namespace in which there is nobody but the service's user."""
    # Whoever has changed its user may not write its own maps without it.
    _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")
    _check(_libc.unshare(CLONE_NEWUSER), "unshare users")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def no_new_privileges() -> None:
    """No program that is started gets more rights than we have."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
