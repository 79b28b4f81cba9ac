"""A folder of very many final clips, made from one: only what an index reads of each is there."""

import struct
import time
from pathlib import Path

import mp4
import tools

CAMERAS = 16
CLIP_SECONDS = 600
# 2025-11-01T00:00:00Z.
FIRST = 1_761_955_200
HEAD, TAIL, SIZE = 1024, 104, 30_000


def make_huge_folder(folder: Path, count: int) -> None:
    """Make clips of ten minutes, day after day of sixteen cameras; the middle of each is a hole."""
    head, tail = _pattern(folder)
    made, day = 0, 0
    while made < count:
        for camera in range(CAMERAS):
            begin = FIRST + day * 86_400
            place = folder / f"cam-{camera}" / time.strftime("%Y-%m-%d", time.gmtime(begin))
            place.mkdir(parents=True)
            for start in range(begin, begin + 86_400, CLIP_SECONDS):
                if made == count:
                    return
                made += 1
                name = time.strftime("%Y-%m-%d_%H-%M-%S.mp4", time.gmtime(start))
                with (place / name).open("wb") as file:
                    file.write(_head(head, made, start, f"cam-{camera}"))
                    file.seek(SIZE - TAIL)
                    file.write(_tail(tail, start + CLIP_SECONDS))
        day += 1


def _pattern(folder: Path) -> tuple[bytearray, bytearray]:
    """The first and the last bytes of a clip that the demonstration made."""
    place = folder.parent / "pattern"
    place.mkdir()
    tools.run("timeout", "8", tools.CCTV, "demo", "--no-web", "--output-folder", place,
              "--video-clip-duration", "2", "--min-free-space-gb", "0")
    clip = sorted(place.glob("2*/*.mp4"))[0].read_bytes()
    return bytearray(clip[:HEAD]), bytearray(clip[-TAIL:])


def _head(pattern: bytearray, sequence: int, start: int, camera: str) -> bytes:
    head = bytearray(pattern)
    box = head.index(mp4.HEADER_IDENTIFIER) - 8
    size = struct.unpack_from(">I", head, box)[0]
    fields = box + 24
    struct.pack_into(">Qqq", head, fields + 4, sequence, start * 10**9, (start - FIRST) * 10**9)
    struct.pack_into(f">I{len(camera)}s", head, fields + 52, len(camera), camera.encode())
    struct.pack_into(">I", head, box + size - 4, _crc32c(head[box + 4 : box + size - 4]))
    return bytes(head)


def _tail(pattern: bytearray, end: int) -> bytes:
    tail = bytearray(pattern)
    times = (end * 10**9, (end - FIRST) * 10**9, CLIP_SECONDS * 10**9)
    struct.pack_into(">qqQ", tail, 28, *times)
    struct.pack_into(">I", tail, TAIL - 4, _crc32c(tail[4 : TAIL - 4]))
    return bytes(tail)


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def _crc32c(data: bytes) -> int:
    """The checksum of our boxes (RFC 3720, appendix B.4)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF
