"""What a recorder takes of a disk: never more than its limit, and little more than the video."""

import os
import threading
import time
from pathlib import Path

import check
import mp4
from conftest import Lab
from waiting import pause, until

SECONDS = float(os.environ.get("CCTV_LIMIT_SECONDS", "12"))
GIGABYTE = 1 << 30
MEGABYTE = 1 << 20


class FolderWatch(threading.Thread):
    """Adds a folder up over and over again, and remembers the most."""

    def __init__(self, folder: Path):
        super().__init__()
        self._folder = folder
        self._ended = threading.Event()
        self.samples = 0
        self.most_allocated = 0
        self.most_used = 0
        space = os.statvfs(folder)
        self._free_before = space.f_bfree

    def run(self) -> None:
        while not self._ended.is_set():
            self.most_allocated = max(self.most_allocated, _allocated(self._folder))
            space = os.statvfs(self._folder)
            used = (self._free_before - space.f_bfree) * space.f_frsize
            self.most_used = max(self.most_used, used)
            self.samples += 1
            pause(0.002)

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()
        self.join()


def test_a_folder_is_never_above_its_limit_while_cameras_write_at_full_speed(lab: Lab):
    limit = int(0.06 * GIGABYTE)
    lab.loop_disk(256)
    foreign = lab.mount_point / "2020-01-01" / "wedding.mov"
    foreign.parent.mkdir()
    foreign.write_bytes(os.urandom(MEGABYTE))
    cameras = lab.cameras(3, megabits=16)
    recorder = lab.recorder(cameras, VIDEO_CLIP_DURATION=2, MAX_FOLDER_SIZE_GB=0.06)
    watch = FolderWatch(lab.mount_point)
    recorder.start()
    watch.start()
    try:
        recorder.wait_for("clip.deleted", within=40)
        until(time.monotonic() + SECONDS, recorder.failure)
    finally:
        watch.end()
    deleted = recorder.log("clip.deleted")
    assert recorder.stop() == 0
    foreign_bytes = _allocated(foreign.parent)
    most = max(watch.most_allocated - foreign_bytes, watch.most_used)
    print(
        f"\nlimit {limit / MEGABYTE:.1f} MiB, at most {most / MEGABYTE:.1f} MiB in "
        f"{watch.samples} samples, {len(deleted)} clips deleted, overshoot {max(0, most - limit)}"
    )
    assert foreign.stat().st_size == MEGABYTE
    assert len(deleted) >= 3 and watch.samples > 500
    assert most <= limit
    # A limit that is kept by recording little would be no limit kept.
    assert most > limit * 0.7
    check.assert_all_play(recorder)


def test_the_disk_writes_little_more_than_the_video(lab: Lab):
    disk = lab.loop_disk(512)
    cameras = lab.cameras(3, megabits=8)
    recorder = lab.recorder(cameras, VIDEO_CLIP_DURATION=10, LOG_LEVEL="INFO")
    os.sync()
    before = disk.bytes_written()
    recorder.start()
    recorder.wait_until_recording(3)
    until(time.monotonic() + SECONDS + 5, recorder.failure)
    assert recorder.stop() == 0
    os.sync()
    written = disk.bytes_written() - before
    payload = sum(
        box.size for path in recorder.clips() for box in mp4.boxes(path) if box.type == "mdat"
    )
    print(
        f"\n{payload / MEGABYTE:.1f} MiB of video, {written / MEGABYTE:.1f} MiB written to the "
        f"device: {written / payload:.3f}"
    )
    check.assert_all_play(recorder)
    assert written / payload < 1.05


def _allocated(folder: Path) -> int:
    """What a folder takes on its disk, in bytes."""
    total = 0
    for place, _, files in os.walk(folder):
        for path in [place, *(os.path.join(place, name) for name in files)]:
            try:
                total += os.lstat(path).st_blocks * 512
            except FileNotFoundError:
                continue
    return total
