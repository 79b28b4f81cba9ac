"""One thread of a process that does not go on, while all others do."""

import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
WALL = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def thread_id(pid: int, name: str) -> int:
    """The thread whose name begins so."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().startswith(name):
            return int(task.name)
    raise AssertionError(f"no thread {name}")


@contextmanager
def held(pid: int, name: str) -> Iterator[None]:
    """Keep a thread from going on, as one that hangs; a stop signal would stop the whole process."""
    thread = thread_id(pid, name)
    # The kernel takes orders about a thread from the very thread that seized it.
    assert threading.current_thread() is threading.main_thread()
    _ptrace(PTRACE_SEIZE, thread)
    try:
        _ptrace(PTRACE_INTERRUPT, thread)
        os.waitpid(thread, WALL)
        yield
    finally:
        _ptrace(PTRACE_DETACH, thread)


def why_not() -> str | None:
    """Why no thread can be held here; nil if one can."""
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        _ptrace(PTRACE_SEIZE, child)
        return None
    except OSError as error:
        return f"ptrace is not allowed: {error.strerror}"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, WALL)


def _ptrace(request: int, thread: int) -> None:
    if _libc.ptrace(request, thread, None, None) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
