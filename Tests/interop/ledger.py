"""The counter that the project's fake camera writes into each picture, read back from clips."""

from dataclasses import dataclass

IDENTIFIER = bytes.fromhex("c3c3f4f6ace5c79d8bd1eeb497a6fb89")
COUNTER_LENGTH = 7
TIME_LENGTH = 6


@dataclass(frozen=True)
class Mark:
    """The number of a picture and when the camera sent it, in seconds since 1970."""

    counter: int
    sent: float


def mark(sample: bytes) -> Mark | None:
    """The mark of one picture; each byte of it carries seven bits."""
    found = sample.find(IDENTIFIER)
    if found < 0:
        return None
    value = sample[found + len(IDENTIFIER) :][: COUNTER_LENGTH + TIME_LENGTH]
    return Mark(_number(value[:COUNTER_LENGTH]), _number(value[COUNTER_LENGTH:]) / 1000)


def _number(digits: bytes) -> int:
    number = 0
    for digit in digits:
        number = number << 7 | digit & 0x7F
    return number
