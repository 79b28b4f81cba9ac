"""Final clips made huge by a hole in one picture, and the tables of large files."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mp4

TAIL = 200


@dataclass(frozen=True)
class LongBox:
    """A top-level box of any size."""

    type: str
    offset: int
    header_size: int
    end: int


def grow(path: Path, hole: int) -> bytes:
    """Put a hole behind a final clip's first chunk and count it to that chunk's last picture.

    Returns the last bytes of the clip's last picture.
    """
    data = bytearray(path.read_bytes())
    media, movie = (next(box for box in mp4.boxes(path) if box.type == t) for t in ("mdat", "moov"))
    sizes_at = _find(data, movie.offset, movie.end, "moov/trak/mdia/minf/stbl/stsz")
    chunks_at = _find(data, movie.offset, movie.end, "moov/trak/mdia/minf/stbl/stco")
    runs_at = _find(data, movie.offset, movie.end, "moov/trak/mdia/minf/stbl/stsc")
    count = struct.unpack_from(">I", data, sizes_at + 16)[0]
    sizes = list(struct.unpack_from(f">{count}I", data, sizes_at + 20))
    chunk_count = struct.unpack_from(">I", data, chunks_at + 12)[0]
    chunks = list(struct.unpack_from(f">{chunk_count}I", data, chunks_at + 16))
    first_run = struct.unpack_from(">I", data, runs_at + 20)[0]
    cut = chunks[0] + sum(sizes[:first_run])
    last_run = count - first_run * (chunk_count - 1) if chunk_count > 1 else count
    end = chunks[-1] + sum(sizes[-last_run:]) if chunk_count > 1 else cut
    tail = bytes(data[end - TAIL : end])
    struct.pack_into(">I", data, sizes_at + 20 + 4 * (first_run - 1), sizes[first_run - 1] + hole)
    for number, offset in enumerate(chunks):
        if offset >= cut:
            struct.pack_into(">I", data, chunks_at + 16 + 4 * number, offset + hole)
    struct.pack_into(">I", data, media.offset, media.size + hole)
    # The end record vouches for the moov before it, and for itself.
    struct.pack_into(">I", data, len(data) - 8, _crc32c(data[movie.offset : movie.end]))
    struct.pack_into(">I", data, len(data) - 4, _crc32c(data[movie.end + 4 : len(data) - 4]))
    with path.open("r+b") as file:
        file.truncate(0)
        file.write(data[:cut])
        file.seek(cut + hole)
        file.write(data[cut:])
    return tail


def whole_boxes(path: Path) -> tuple[LongBox, LongBox]:
    """The `moov` and the `mdat` of a plain MP4, which may be larger than 4 GiB."""
    found = {box.type: box for box in _boxes(path)}
    return found["moov"], found["mdat"]


def chunk_offsets(path: Path, movie: LongBox) -> list[int]:
    """Where the chunks of all tracks begin, by `stco` or `co64`."""
    with path.open("rb") as file:
        file.seek(movie.offset)
        data = file.read(movie.end - movie.offset)
    try:
        at, form = _find(data, 0, len(data), "moov/trak/mdia/minf/stbl/co64"), "Q"
    except LookupError:
        at, form = _find(data, 0, len(data), "moov/trak/mdia/minf/stbl/stco"), "I"
    count = struct.unpack_from(">I", data, at + 12)[0]
    return list(struct.unpack_from(f">{count}{form}", data, at + 16))


def _boxes(path: Path) -> Iterator[LongBox]:
    length = path.stat().st_size
    with path.open("rb") as file:
        offset = 0
        while offset < length:
            file.seek(offset)
            size, kind = struct.unpack(">I4s", file.read(8))
            header = 8
            if size == 1:
                size, header = struct.unpack(">Q", file.read(8))[0], 16
            yield LongBox(kind.decode("latin1"), offset, header, offset + size)
            offset += size


def _find(data: bytes, start: int, end: int, path: str) -> int:
    """Where the first box of a path begins."""
    name, _, rest = path.partition("/")
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if kind.decode("latin1") == name:
            return _find(data, start + 8, start + size, rest) if rest else start
        start += size
    raise LookupError(path)


def _crc32c(data: bytes) -> int:
    """The checksum of RFC 3720, bit by bit."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF
