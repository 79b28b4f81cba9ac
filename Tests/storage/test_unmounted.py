"""A disk that is pulled while it is recorded to, and one that is not there at the start."""

import time

import check
from conftest import Lab
from disks import LoopDisk
from recorder import Recorder
from waiting import eventually, until


def test_nothing_is_written_into_the_empty_mount_point_of_a_disk_that_was_pulled(lab: Lab):
    disk = lab.loop_disk(256)
    recorder = _pulled(lab, disk)
    until(time.monotonic() + 12, recorder.failure)
    assert recorder.stop() == 0
    assert list(disk.mount_point.iterdir()) == []
    disk.check()
    disk.mount()
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    assert recorder.stop() == 0
    check.assert_all_play(recorder)


def test_recording_resumes_by_itself_when_a_disk_that_was_pulled_is_back(lab: Lab):
    disk = lab.loop_disk(256)
    recorder = _pulled(lab, disk)
    eventually("the recorder lets go of the disk", disk.is_free, 20)
    opened = recorder.stderr().count("Starting new recording")
    disk.check()
    disk.mount()
    mounted = time.monotonic()
    eventually(
        "clips are opened again",
        lambda: recorder.failure() or recorder.stderr().count("Starting new") >= opened + 2, 20,
    )
    took = time.monotonic() - mounted
    print(f"\nrecording again {took:.1f} s after the disk was mounted")
    assert took <= 10
    until(time.monotonic() + 2, recorder.failure)
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    assert {"volume.down", "volume.back"} <= {line["event"] for line in recorder.log()}
    for name in ("c1", "c2"):
        check.assert_in_order(check.marks(recorder, name))


def _pulled(lab: Lab, disk: LoopDisk) -> Recorder:
    """A recorder that has noticed that its disk is gone."""
    recorder = lab.recorder(lab.cameras(2, megabits=6), VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    disk.unplug()
    eventually("the recorder has noticed", lambda: "unmounted" in recorder.stderr(), 15)
    return recorder


def test_a_disk_that_is_absent_at_the_start_is_told_and_not_replaced_by_its_mount_point(lab: Lab):
    disk = lab.loop_disk(128)
    cameras = lab.cameras(2, megabits=4)
    recorder = lab.recorder(cameras, VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    assert recorder.stop() == 0
    disk.unmount()
    before = len(recorder.stderr())
    recorder.start()
    said = eventually("the recorder says why", lambda: recorder.stderr()[before:], 10)
    until(time.monotonic() + 2, lambda: None)
    said = recorder.stderr()[before:]
    assert "not mounted" in said and "cctv volume adopt" in said, said
    assert list(disk.mount_point.iterdir()) == []
    disk.mount()
    if recorder.process.poll() is not None:
        recorder.start()
    recorder.wait_until_recording(2)
    recorder.wait_for("clip.finalized", count=2)
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
