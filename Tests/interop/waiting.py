"""Waiting for what another process does, always with a deadline."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
_never = threading.Event()


class Overdue(AssertionError):
    """What was waited for did not happen in time."""


def pause(seconds: float) -> None:
    """Let the other processes run; only for loops that ask again and have a deadline."""
    _never.wait(seconds)


def eventually(
    what: str, condition: Callable[[], Value], within: float, every: float = 0.02
) -> Value:
    """Return the condition's first true value, or fail and say what did not happen."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Overdue(f"{what}: not within {within:g} s")
        pause(every)


def until(instant: float, failure: Callable[[], str | None]) -> None:
    """Wait until a moment of the monotonic clock; fail at once when there is a reason to."""
    while (left := instant - time.monotonic()) > 0:
        if reason := failure():
            raise AssertionError(reason)
        pause(min(left, 0.05))
