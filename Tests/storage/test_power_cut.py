"""The power goes at random instants while three cameras are recorded to an ext4."""

import os
import random
import statistics
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import check
import ledger
import needs
import pytest
from conftest import Lab
from disks import LoopDisk
from recorder import Recorder
from waiting import until

CUTS = int(os.environ.get("CCTV_POWER_CUTS", "50"))
SEED = int(os.environ.get("CCTV_SEED", random.SystemRandom().randrange(1 << 32)))
CAMERAS = 3
CLIP_SECONDS = 3
SYNC_INTERVAL = 2.0
LONGEST_FRAGMENT = 1.0
# A machine that is busy with other work takes this much longer to write and to sync.
WRITING_TAKES = 0.7


@dataclass(frozen=True)
class Life:
    """One run of the recorder: when each camera was recorded, and when the power went."""

    started: float
    recording: dict[str, float]
    ended: float


@dataclass
class History:
    """What happened, and what is on the disk after it."""

    recorder: Recorder
    lives: list[Life] = field(default_factory=list)
    marks: dict[str, list[ledger.Mark]] = field(default_factory=dict)

    def losses(self, camera: str) -> list[float]:
        """Seconds of video before each cut that are in no clip."""
        sent = [mark.sent for mark in self.marks[camera]]
        found = []
        for life in self.lives[:-1]:
            count = bisect_right(sent, life.ended)
            last = sent[count - 1] if count and sent[count - 1] >= life.started else None
            found.append(life.ended - (last or life.recording[camera]))
        return found


@pytest.fixture(scope="module")
def history(high_rate) -> Iterator[History]:
    """Cut the power again and again; then end in peace and read everything back."""
    needs.power_cut()
    print(f"\n{CUTS} power cuts, CCTV_SEED={SEED}")
    lab = Lab(high_rate)
    try:
        chance = random.Random(SEED)
        disk = lab.loop_disk(200 + 16 * CUTS)
        cameras = lab.cameras(CAMERAS, megabits=6)
        recorder = lab.recorder(
            cameras, VIDEO_CLIP_DURATION=CLIP_SECONDS, LOG_FILE=str(lab.folder / "log.json")
        )
        recorder.log_file = lab.folder / "log.json"
        history = History(recorder)
        for _ in range(CUTS):
            history.lives.append(_live(recorder, chance.uniform(0.2, 3)))
            disk.cut_power()
            recorder.kill()
            disk.unmount()
            disk.mount()
        history.lives.append(_live(recorder, 3))
        assert recorder.stop() == 0
        for name in cameras.names:
            history.marks[name] = check.marks(recorder, name)
        yield history
    finally:
        lab.close()


def _live(recorder: Recorder, seconds: float) -> Life:
    started = time.time()
    recorder.start()
    recorder.wait_until_recording(CAMERAS)
    recording = {
        line["camera"]: datetime.fromisoformat(line["timestamp"]).timestamp()
        for line in recorder.log("camera.recording")
    }
    until(time.monotonic() + seconds, recorder.failure)
    return Life(started, recording, time.time())


def test_every_clip_plays_after_power_cuts(history: History):
    count = check.assert_all_play(history.recorder)
    print(f"\n{count} clips, 0 unplayable")


def test_no_picture_is_recorded_twice_or_out_of_order(history: History):
    for found in history.marks.values():
        check.assert_in_order(found)


def test_no_picture_is_missing_while_there_was_power(history: History):
    starts = [life.started for life in history.lives]
    for camera, found in history.marks.items():
        within = [
            gap for gap in check.gaps(camera, found)
            if bisect_right(starts, gap.after) == bisect_right(starts, gap.after + gap.seconds)
        ]
        assert not within, within


def test_a_power_cut_costs_at_most_a_sync_interval_and_a_fragment(history: History):
    print("\n| camera | cuts | least lost | median | most |\n|---|--:|--:|--:|--:|")
    worst = 0.0
    for camera in history.marks:
        lost = history.losses(camera)
        worst = max(worst, *lost)
        print(
            f"| {camera} | {len(lost)} | {min(lost):.2f} s | {statistics.median(lost):.2f} s "
            f"| {max(lost):.2f} s |"
        )
    assert worst <= SYNC_INTERVAL + LONGEST_FRAGMENT + WRITING_TAKES
