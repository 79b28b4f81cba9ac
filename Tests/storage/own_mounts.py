"""A table of mounts that belongs to the tests of disks alone."""

import ctypes

import tools

CLONE_NEWNS = 0x00020000


def own_mounts() -> None:
    """Leave the table that all processes share.

    `ip netns exec` of another suite copies it, and a copy keeps a file system alive that was unmounted
    here: one whose power was cut would be mounted again without its power. Where this is not allowed
    nothing can be mounted, and the tests that would are skipped.
    """
    if ctypes.CDLL(None).unshare(CLONE_NEWNS) == 0:
        tools.run("mount", "--make-rprivate", "/")
