"""The power goes between any two writes of the block device, which may have changed their order."""

import os
import random
import statistics
import time
from pathlib import Path

import check
import mp4
import needs
from block_log import Record
from conftest import Lab
from logged_disk import CrashedDisk, LoggedDisk
from recorder import Recorder
from waiting import eventually, until

IMAGES = int(os.environ.get("CCTV_CRASH_IMAGES", "20"))
SEED = int(os.environ.get("CCTV_SEED", random.SystemRandom().randrange(1 << 32)))
RECORDED_SECONDS = 8
# The interval of syncs, a fragment, and what a busy machine takes longer.
MOST_LOST = 2.0 + 1.0 + 0.7


def test_a_clip_plays_whatever_the_disk_kept_of_its_writes(lab: Lab):
    needs.fuse()
    needs.loop_devices()
    print(f"\n{IMAGES} crash images, CCTV_SEED={SEED}")
    log, disk, cameras, recording = _record(lab)
    chance = random.Random(SEED)
    # From then on something of each camera must be safe.
    began = recording + MOST_LOST
    points = [number for number, record in enumerate(log) if record.time > began]
    lost, clips, unplayable = [], 0, []
    for number in range(IMAGES):
        count = chance.choice(points)
        image = disk.image_after(log, count, chance)
        crashed = CrashedDisk(image, lab.mount_point)
        try:
            crashed.mount()
            recorder = _start(lab, number)
            clips += check.assert_all_play(recorder)
            for name in cameras:
                found = check.marks(recorder, name)
                check.assert_in_order(found)
                lost.append(log[count].time - found[-1].sent)
        except AssertionError as error:
            unplayable.append(f"image {number} at record {count}: {error}")
        finally:
            crashed.close()
    print(
        f"{len(log)} records, {clips} clips, {len(unplayable)} images with a fault; lost before the "
        f"cut: median {statistics.median(lost):.2f} s, most {max(lost):.2f} s"
    )
    assert not unplayable, "\n".join(unplayable)
    assert max(lost) <= MOST_LOST


def _record(lab: Lab) -> tuple[list[Record], LoggedDisk, list[str], float]:
    disk = lab.logged_disk(96)
    cameras = lab.cameras(2, megabits=2)
    recorder = lab.recorder(
        cameras, VIDEO_CLIP_DURATION=2, MAX_FOLDER_SIZE_GB=0.01, LOG_FILE=str(lab.folder / "log")
    )
    recorder.log_file = lab.folder / "log"
    recorder.start()
    recorder.wait_until_recording(2)
    recording = time.time()
    until(time.monotonic() + RECORDED_SECONDS, recorder.failure)
    log = disk.records()
    recorder.kill()
    disk.close()
    return log, disk, cameras.names, recording


def _start(lab: Lab, number: int) -> Recorder:
    """A start on the crashed disk, without a camera, that makes good what it finds."""
    folder = lab.folder / f"start-{number}"
    folder.mkdir()
    recorder = Recorder(
        folder, OUTPUT_FOLDER=str(lab.mount_point), RECORD_AT_START=False,
        LOG_FILE=str(folder / "log"), CAMERAS=[{"NAME": "c1", "RTSP_URL": "rtsp://127.0.0.1:1/x"}],
    )
    recorder.output = lab.mount_point
    recorder.log_file = folder / "log"
    recorder.start()
    try:
        recorder.wait_for("recording.stopped")
        eventually("all clips are final", lambda: _are_final(lab.mount_point), 10)
        assert recorder.stop() == 0
    finally:
        recorder.end()
    return recorder


def _are_final(folder: Path) -> bool:
    try:
        return all(mp4.state(path) == "final" for path in folder.glob("**/*.mp4"))
    except OSError:
        # One without a picture was removed meanwhile.
        return False
