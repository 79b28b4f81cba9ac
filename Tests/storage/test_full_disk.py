"""A disk that is full: of the recordings themselves, and of other files."""

import os
import time
from pathlib import Path

import check
from conftest import Lab
from recorder import Recorder
from waiting import until

SECONDS = float(os.environ.get("CCTV_FULL_DISK_SECONDS", "12"))
MEGABYTE = 1 << 20


def test_a_disk_that_is_full_of_clips_goes_on_recording(lab: Lab):
    lab.tmpfs(48)
    cameras = lab.cameras(3, megabits=16)
    recorder = lab.recorder(cameras, VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_until_recording(3)
    recorder.wait_for("clip.deleted", within=30)
    until(time.monotonic() + SECONDS, recorder.failure)
    assert not recorder.log("camera.disconnected", "volume.down", "clip.unrecoverable")
    ended = time.time()
    assert recorder.stop() == 0
    assert check.assert_all_play(recorder) >= 3
    for name in cameras.names:
        found = check.marks(recorder, name)
        check.assert_in_order(found)
        assert not check.gaps(name, found)
        assert ended - found[-1].sent < 1
    deleted = {line["path"] for line in recorder.log("clip.deleted")}
    oldest = min(str(path.relative_to(recorder.output)) for path in recorder.clips())
    print(f"\n{SECONDS:g} s on a full disk of 48 MiB, {len(deleted)} clips deleted")
    assert len(deleted) >= 3 and oldest not in deleted


def test_other_files_that_take_all_room_leave_the_recorder_the_room_of_its_clips(lab: Lab):
    disk = lab.tmpfs(48)
    recorder = _recorder(lab)
    recorder.start()
    recorder.wait_for("clip.finalized", count=4)
    foreign = disk.mount_point / "holiday.mov"
    for _ in range(3):
        _fill(foreign)
        opened = len(recorder.log("clip.opened"))
        recorder.wait_for("clip.opened", count=opened + 2, within=10)
    assert foreign.stat().st_size > 16 * MEGABYTE
    assert not recorder.log("camera.disconnected", "clip.unrecoverable")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)


def test_a_disk_that_is_full_of_other_files_is_told_and_recorded_to_once_there_is_room(lab: Lab):
    disk = lab.tmpfs(48)
    foreign = disk.mount_point / "holiday.mov"
    _fill(foreign)
    os.truncate(foreign, foreign.stat().st_size - MEGABYTE)
    recorder = _recorder(lab)
    recorder.start()
    down = recorder.wait_for("volume.down", within=15)[0]
    assert down["level"] == "ERROR" and "full" in down["message"]
    until(time.monotonic() + 3, recorder.failure)
    assert not recorder.log("clip.opened", "volume.back", "camera.disconnected")
    room = time.monotonic()
    foreign.unlink()
    recorder.wait_for("clip.opened", count=2, within=20)
    took = time.monotonic() - room
    print(f"\nrecording {took:.1f} s after there was room")
    assert took <= 5
    assert recorder.log("volume.back")
    recorder.wait_for("clip.finalized", count=2)
    assert recorder.stop() == 0
    check.assert_all_play(recorder)


def _recorder(lab: Lab) -> Recorder:
    """A recorder of two cameras, whose log lies elsewhere."""
    made = lab.recorder(
        lab.cameras(2, megabits=8), VIDEO_CLIP_DURATION=2, LOG_FILE=str(lab.folder / "log.json")
    )
    made.log_file = lab.folder / "log.json"
    return made


def _fill(path: Path) -> None:
    """Add to a file until the disk takes no more."""
    block = bytes(64 << 10)
    with path.open("ab", buffering=0) as file:
        try:
            while file.write(block) == len(block):
                pass
        except OSError:
            return
