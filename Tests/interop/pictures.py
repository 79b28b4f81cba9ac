"""Knows a coded picture again after RTP and MP4 have framed it anew.

Hashed is what the picture is decoded from: the slices of H.264 and H.265, the scan of a JPEG.
"""

import hashlib
import re

_START_CODE = re.compile(b"\0\0\1")


def hash_of_stream(codec: str, picture: bytes) -> str:
    """The hash of a picture as an encoder gives it out: with start codes, or a whole JPEG."""
    return _scan_hash(picture) if codec == "mjpeg" else _slice_hash(codec, _annex_b(picture))


def hash_of_sample(codec: str, sample: bytes) -> str:
    """The hash of a picture as MP4 holds it: with lengths, or a whole JPEG."""
    return _scan_hash(sample) if codec == "mjpeg" else _slice_hash(codec, _with_lengths(sample))


def _slice_hash(codec: str, units: list[bytes]) -> str:
    if codec == "hevc":
        slices = [unit for unit in units if unit[0] >> 1 & 0x3F < 32]
    else:
        slices = [unit for unit in units if 1 <= unit[0] & 0x1F <= 5]
    return hashlib.md5(b"".join(slices)).hexdigest()


def _scan_hash(picture: bytes) -> str:
    scan = picture.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(picture[scan + 2 : scan + 4], "big")
    return hashlib.md5(picture[start : picture.index(b"\xff\xd9", start)]).hexdigest()


def _annex_b(stream: bytes) -> list[bytes]:
    starts = [match.end() for match in _START_CODE.finditer(stream)]
    ends = [start - 3 for start in starts[1:]] + [len(stream)]
    units = (stream[start:end].rstrip(b"\0") for start, end in zip(starts, ends))
    return [unit for unit in units if unit]


def _with_lengths(sample: bytes) -> list[bytes]:
    units, offset = [], 0
    while offset + 4 <= len(sample):
        end = offset + 4 + int.from_bytes(sample[offset : offset + 4], "big")
        units.append(sample[offset + 4 : end].rstrip(b"\0"))
        offset = end
    return [unit for unit in units if unit]
