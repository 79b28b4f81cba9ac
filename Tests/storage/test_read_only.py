"""An ext4 that finds an error in itself and takes no more writes."""

import time

import check
import needs
from conftest import Lab
from waiting import eventually


def test_a_disk_that_becomes_read_only_is_told_and_recorded_to_again_once_it_is_mended(lab: Lab):
    disk = lab.loop_disk(192)
    trigger = needs.fault_trigger(disk.device)
    cameras = lab.cameras(2, megabits=6)
    recorder = lab.recorder(
        cameras, VIDEO_CLIP_DURATION=2, LOG_FILE=str(lab.folder / "log.json")
    )
    recorder.log_file = lab.folder / "log.json"
    recorder.start()
    recorder.wait_for("clip.finalized", count=2)
    trigger.write_text("1")
    down = recorder.wait_for("volume.down", within=10)[0]
    assert down["level"] == "ERROR" and "takes no writes" in down["message"], down
    disk.unplug()
    eventually("the recorder lets go of the disk", disk.is_free, 40)
    disk.check()
    disk.mount()
    mounted = time.monotonic()
    back = recorder.wait_for("volume.back", within=40)[0]["timestamp"]
    took = time.monotonic() - mounted
    print(f"\nrecording again {took:.1f} s after fsck and mount")
    recorder.wait_for("clip.finalized", count=6, within=20)
    assert not recorder.log("camera.disconnected")
    # One may have been tried while the disk took no writes.
    assert not [each for each in recorder.log("clip.unrecoverable") if each["timestamp"] > back]
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    for name in cameras.names:
        check.assert_in_order(check.marks(recorder, name))
    # It is looked at every five seconds.
    assert took <= 8
