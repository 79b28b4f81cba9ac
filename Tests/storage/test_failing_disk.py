"""A disk that reports errors, and one that makes everybody wait."""

import time
from pathlib import Path

import check
import pytest
from conftest import Lab
from recorder import Recorder
from waiting import until

MEGABYTE = 1 << 20
QUEUE_OF_A_CAMERA = 16 * MEGABYTE


def _recorder(lab: Lab, cameras, **settings: object) -> Recorder:
    made = lab.recorder(cameras, LOG_FILE=str(lab.folder / "log.json"), **settings)
    made.log_file = lab.folder / "log.json"
    return made


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_one_error_of_the_disk_costs_one_clip_a_piece_and_the_next_goes_on(lab: Lab, call: str):
    disk = lab.faulty_disk()
    cameras = lab.cameras(2, megabits=4)
    recorder = _recorder(lab, cameras, VIDEO_CLIP_DURATION=3)
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    disk.fail(call, 1)
    suspect = recorder.wait_for("clip.suspect", within=10)[0]
    assert suspect["level"] == "ERROR" and "cctv verify" in suspect["message"]
    opened = len(recorder.log("clip.opened"))
    recorder.wait_for("clip.opened", count=opened + 2, within=10)
    until(time.monotonic() + 3, recorder.failure)
    assert not recorder.log("camera.disconnected", "volume.down", "clip.unrecoverable")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    missing = [
        gap for name in cameras.names for gap in check.gaps(name, check.marks(recorder, name))
    ]
    print(f"\none EIO on {call}: {[(g.camera, g.pictures, round(g.seconds, 1)) for g in missing]}")
    assert len(missing) <= 1
    # The fragment that failed, the one that tells the camera, and the way to a key frame.
    assert all(gap.seconds <= 4 for gap in missing)


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fails_for_ever_is_told_and_recorded_to_again_once_it_is_good(
    lab: Lab, call: str
):
    disk = lab.faulty_disk()
    cameras = lab.cameras(2, megabits=4)
    recorder = _recorder(lab, cameras, VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    disk.fail(call)
    down = recorder.wait_for("volume.down", within=20)[0]
    assert down["level"] == "ERROR" and "fails" in down["message"], down
    until(time.monotonic() + 3, recorder.failure)
    healed = time.monotonic()
    disk.heal()
    recorder.wait_for("volume.back", within=40)
    took = time.monotonic() - healed
    print(f"\nEIO on every {call}: recording again {took:.1f} s after the disk was good")
    recorder.wait_for("clip.finalized", count=6, within=20)
    assert not recorder.log("camera.disconnected")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    for name in cameras.names:
        check.assert_in_order(check.marks(recorder, name))
    # It is looked at every five seconds.
    assert took <= 8


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_stalls_for_three_seconds_costs_no_picture(lab: Lab, call: str):
    disk = lab.faulty_disk()
    cameras = lab.cameras(3, megabits=8)
    recorder = _recorder(lab, cameras, VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_for("clip.finalized", count=3)
    before = _resident(recorder.pid)
    for _ in range(2):
        disk.stall(call, 3)
        peak = _watch(recorder, 5)
    assert not recorder.log("camera.disconnected", "volume.down", "volume.queue_full")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    for name in cameras.names:
        found = check.marks(recorder, name)
        check.assert_in_order(found)
        assert not check.gaps(name, found)
    print(f"\n3 s stalls of {call}: 0 pictures lost, memory {before} -> {peak} MiB at most")
    assert peak - before <= 3 * QUEUE_OF_A_CAMERA / MEGABYTE


def test_a_stall_beyond_the_queue_costs_whole_groups_of_pictures_with_a_cause(lab: Lab):
    stall, megabits = 8.0, 32
    disk = lab.faulty_disk()
    cameras = lab.cameras(2, megabits=megabits)
    recorder = _recorder(lab, cameras, VIDEO_CLIP_DURATION=3)
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    before = _resident(recorder.pid)
    disk.stall("write", stall)
    peak = _watch(recorder, stall + 4)
    assert recorder.log("camera.frames_dropped"), "nobody said that frames were dropped"
    assert recorder.log("volume.queue_full")
    assert not recorder.log("camera.disconnected", "volume.down")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    buffered = QUEUE_OF_A_CAMERA * 8 / (megabits * 1e6)
    for name in cameras.names:
        found = check.marks(recorder, name)
        check.assert_in_order(found)
        missing = check.gaps(name, found)
        lost = sum(gap.seconds for gap in missing)
        print(
            f"\n{name}: {stall:g} s stall, queue of {buffered:.1f} s: lost {lost:.1f} s in "
            f"{len(missing)} gaps; memory {before} -> {peak} MiB"
        )
        # The queue holds whole fragments, and after the stall recording waits for a key frame.
        assert lost <= stall - buffered + 2.5
    assert peak - before <= 2 * QUEUE_OF_A_CAMERA / MEGABYTE * 1.5 + 16


def _resident(pid: int) -> int:
    """Memory of a process in MiB."""
    fields = Path(f"/proc/{pid}/status").read_text().splitlines()
    line = next(line for line in fields if line.startswith("VmRSS:"))
    return int(line.split()[1]) // 1024


def _watch(recorder: Recorder, seconds: float) -> int:
    """The most memory that it takes within so many seconds, in MiB."""
    peak = 0
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        peak = max(peak, _resident(recorder.pid))
        until(min(end, now + 0.1), recorder.failure)
    return peak
