"""The clip format as a reader of bytes sees it: boxes, the recorder's header, open and final."""

import struct
from dataclasses import dataclass
from pathlib import Path

HEADER_IDENTIFIER = bytes.fromhex("3b8c1e529d074f6aa1c463700ed28519")
END_IDENTIFIER = bytes.fromhex("3b8c1e529d074f6aa1c463700ed2851a")


@dataclass(frozen=True)
class Box:
    """A top-level box; the size is what its header says, which a torn file may not hold."""

    type: str
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + self.size


@dataclass(frozen=True)
class ClipHeader:
    """The recorder's own box: who recorded the clip and when it began."""

    sequence: int
    start: float
    movie_size: int
    camera: str


def boxes(path: Path) -> list[Box]:
    """The top-level boxes up to the first that does not fit into the file."""
    found = []
    length = path.stat().st_size
    with path.open("rb") as file:
        offset = 0
        while offset + 8 <= length:
            file.seek(offset)
            size, kind = struct.unpack(">I4s", file.read(8))
            if size < 8 or offset + size > length:
                break
            found.append(Box(kind.decode("latin1"), offset, size))
            offset += size
    return found


def has_pictures(path: Path) -> bool:
    """Whether a whole piece of media is in the clip, also while it grows."""
    return any(box.type == "mdat" for box in boxes(path))


def header(path: Path) -> ClipHeader:
    """Read the recorder's box."""
    with path.open("rb") as file:
        start = file.read(1024)
    at = start.index(HEADER_IDENTIFIER) + 16
    _, _, sequence, nanoseconds, _ = struct.unpack_from(">HHQqq", start, at)
    movie_size, _, name_length = struct.unpack_from(">III", start, at + 28 + 16)
    name = start[at + 56 : at + 56 + name_length].decode()
    return ClipHeader(sequence, nanoseconds / 1e9, movie_size, name)


def state(path: Path) -> str:
    """`open`, `final`, or what is wrong with the order of the boxes."""
    found = boxes(path)
    types = [box.type for box in found]
    if types[:4] == ["ftyp", "uuid", "free", "moov"]:
        return "open"
    if types != ["ftyp", "uuid", "free", "mdat", "moov", "uuid"]:
        return f"neither open nor final: {types}"
    if found[-1].end != path.stat().st_size:
        return "not ended by its last box"
    end = found[-1]
    with path.open("rb") as file:
        file.seek(end.offset + 8)
        return "final" if file.read(16) == END_IDENTIFIER else "without an end record"


def copy_whole_fragments(source: Path, target: Path) -> None:
    """Copy an open clip up to its last whole fragment, as a reader of a growing file would."""
    data = source.read_bytes()
    target.write_bytes(data)
    found = boxes(target)
    seals = [box for box in found if box.type == "free" and box.size == 24]
    assert seals, f"{source} has no whole fragment yet"
    with target.open("r+b") as file:
        file.truncate(seals[-1].end)


def copy_fragmented(source: Path, target: Path) -> None:
    """Copy a final clip as it was the moment before it was finalized."""
    target.write_bytes(source.read_bytes())
    mdat, moov = (next(box for box in boxes(target) if box.type == t) for t in ("mdat", "moov"))
    with target.open("r+b") as file:
        file.truncate(moov.offset)
        file.seek(mdat.offset)
        file.write(struct.pack(">I4s", header(source).movie_size, b"moov"))
