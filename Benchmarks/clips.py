"""What is in recorded clips: which frames of the camera, and how many bytes of samples."""

import mmap
from dataclasses import dataclass

# The test camera writes this into every frame, then a counter of seven times seven bits and the
# time of sending in milliseconds, six times seven bits.
IDENTIFIER = bytes.fromhex("c3c3f4f6ace5c79d8bd1eeb497a6fb89")


@dataclass
class Contents:
    """What one recorder has made of all cameras."""

    frames: int = 0
    clips: int = 0
    boundaries: int = 0
    lost_at_boundaries: int = 0
    lost_inside: int = 0
    repeated: int = 0
    cameras_without_clip: int = 0
    file_bytes: int = 0
    payload_bytes: int = 0
    """Frames per second of the camera that was held up most, by its own clock."""
    slowest: float = float("inf")

    @property
    def lost(self):
        return self.lost_at_boundaries + self.lost_inside


def read(folders):
    """Looks through every clip of every camera, in the order of their names."""
    contents = Contents()
    for folder in folders:
        marks = []
        for path in sorted(folder.rglob("*.mp4")):
            _add(contents, path, marks)
        contents.cameras_without_clip += not marks
        if len(marks) > 1:
            (first, began), (last, ended) = marks[0], marks[-1]
            contents.slowest = min(contents.slowest, (last - first) / (ended - began) * 1000)
    if contents.payload_bytes == 0:
        raise SystemExit(f"nothing was recorded in {folders[0].parent}")
    return contents


def _add(contents, path, marks):
    if path.stat().st_size == 0:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as clip:
        found = list(_marks(clip))
        contents.payload_bytes += _sample_bytes(clip, path)
        contents.file_bytes += len(clip)
    contents.clips += 1
    contents.frames += len(found)
    for index, mark in enumerate(found):
        if marks:
            contents.boundaries += index == 0
            contents.repeated += mark[0] <= marks[-1][0]
            lost = max(0, mark[0] - marks[-1][0] - 1)
            if index == 0:
                contents.lost_at_boundaries += lost
            else:
                contents.lost_inside += lost
        marks.append(mark)


def _marks(clip):
    position = clip.find(IDENTIFIER)
    while position >= 0:
        position += len(IDENTIFIER)
        yield _number(clip[position : position + 7]), _number(clip[position + 7 : position + 13])
        position = clip.find(IDENTIFIER, position)


def _number(groups):
    number = 0
    for group in groups:
        number = number << 7 | group & 0x7F
    return number


def _sample_bytes(clip, path):
    """The sum of all sample sizes (ISO/IEC 14496-12 8.7.3.2) of a finished clip."""
    position = 0
    while position + 8 <= len(clip):
        size = int.from_bytes(clip[position : position + 4], "big")
        kind = clip[position + 4 : position + 8]
        if size == 1:
            size = int.from_bytes(clip[position + 8 : position + 16], "big")
        if kind == b"moov":
            return sum(_table_bytes(clip[position : position + size]))
        if size < 8:
            break
        position += size
    raise SystemExit(f"{path} was not finished")


def _table_bytes(moov):
    position = moov.find(b"stsz")
    while position >= 0:
        fixed = int.from_bytes(moov[position + 8 : position + 12], "big")
        count = int.from_bytes(moov[position + 12 : position + 16], "big")
        sizes = memoryview(moov)[position + 16 : position + 16 + 4 * count]
        if fixed:
            yield fixed * count
        else:
            yield sum(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, 4 * count, 4))
        position = moov.find(b"stsz", position + 4)
