"""kill -9 at random instants, with four cameras that number their pictures and go on sending."""

import os
import random
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import clips
import ledger
import mp4
import pytest
import tools
from fake_camera import FakeCamera
from recorder import Recorder
from waiting import eventually, until

KILLS = int(os.environ.get("CCTV_KILLS", "100"))
SEED = int(os.environ.get("CCTV_SEED", random.SystemRandom().randrange(1 << 32)))
MEDIA = {
    "aac": "h264-aac.mp4", "bframes": "h264-bframes.mp4", "h265": "h265.mp4",
    "pcmu": "h264-pcmu.mkv",
}
CLIP_SECONDS = 2
# A fragment lasts at most one second; a busy machine may need this much longer to write it.
LONGEST_FRAGMENT = 1.0
WRITING_TAKES = 0.4
# So many clips are decoded whole; the structure of all is checked.
DECODED_CLIPS = 40


@dataclass(frozen=True)
class Life:
    """One run of the recorder: when it was started, when all recorded, when it was killed."""

    started: float
    recording: dict[str, float]
    killed: float


@dataclass
class History:
    """What happened, and what is on the disk after it."""

    recorder: Recorder
    lives: list[Life] = field(default_factory=list)
    left_open: set[Path] = field(default_factory=set)
    marks: dict[str, list[ledger.Mark]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def history(module_folder: Path) -> Iterator[History]:
    """Start, kill, start again; then end in peace and read everything back."""
    print(f"\n{KILLS} kills, CCTV_SEED={SEED}")
    chance = random.Random(SEED)
    cameras = {
        name: FakeCamera(module_folder / f"{name}.log", media) for name, media in MEDIA.items()
    }
    recorder = Recorder(
        module_folder, VIDEO_CLIP_DURATION=CLIP_SECONDS,
        CAMERAS=[{"NAME": name, "RTSP_URL": each.url} for name, each in cameras.items()],
    )
    history = History(recorder)
    try:
        for _ in range(KILLS):
            history.lives.append(_live(recorder, chance.uniform(0.3, 3.0)))
            recorder.kill()
            # Not in their order: a clip that was killed before its first byte has no sequence yet.
            files = recorder.output.glob("**/*.mp4")
            history.left_open |= {path for path in files if mp4.state(path) != "final"}
        history.lives.append(_live(recorder, 2))
        # Recovery works beside the recording, so that this begins at once.
        eventually("every clip that was left open is final", lambda: _are_final(history), within=10)
        assert recorder.stop() == 0
        for name in MEDIA:
            history.marks[name] = _marks(recorder, name)
        yield history
    finally:
        recorder.end()
        for each in cameras.values():
            each.end()


def _live(recorder: Recorder, seconds: float) -> Life:
    """Record for some seconds; the caller decides how that ends."""
    started = time.time()
    recorder.start()
    recorder.wait_until_recording(len(MEDIA))
    recording = {
        line["camera"]: _seconds(line["timestamp"]) for line in recorder.log("camera.recording")
    }
    until(time.monotonic() + seconds, recorder.failure)
    return Life(started, recording, time.time())


def _are_final(history: History) -> bool:
    left = [path for path in history.left_open if path.exists()]
    return all(mp4.state(path) == "final" for path in left)


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()


def _marks(recorder: Recorder, name: str) -> list[ledger.Mark]:
    """The marks of a camera's pictures over all its clips, in the order of recording."""
    return [
        mark for path in recorder.clips(name) for _, sample in clips.samples(path)
        if (mark := ledger.mark(sample))
    ]


def test_every_clip_that_a_kill_left_open_is_final_after_the_next_start(history: History):
    assert len(history.left_open) >= KILLS
    states = {path: mp4.state(path) for path in history.recorder.clips()}
    assert set(states.values()) == {"final"}, states
    aside = [p for p in history.recorder.output.glob("**/*") if "quarantine" in p.name]
    assert not aside


def test_verify_finds_every_clip_whole(history: History):
    result = tools.cctv("verify", history.recorder.output, within=120)
    assert result.status == 0, str(result)[-3000:]
    assert "all whole" in result.out


def test_players_read_and_decode_clips_that_were_recovered(history: History):
    recovered = sorted(path for path in history.left_open if path.exists())
    assert recovered
    for path in random.Random(SEED).sample(recovered, min(DECODED_CLIPS, len(recovered))):
        clips.assert_decodes(path)
    for path in recovered[:4] + recovered[-4:]:
        # Sound arrives after its picture, so a crash may cost more of one than of the other.
        clips.assert_good(path, sound_in_step=False)


@pytest.mark.parametrize("name", MEDIA)
def test_no_picture_is_recorded_twice_or_out_of_order(history: History, name: str):
    counters = [mark.counter for mark in history.marks[name]]
    assert len(counters) > KILLS
    steps = [(a, b) for a, b in zip(counters, counters[1:]) if b <= a]
    assert not steps, f"pictures that do not go up: {steps[:5]}"


@pytest.mark.parametrize("name", MEDIA)
def test_no_picture_is_missing_while_the_recorder_lived(history: History, name: str):
    starts = [life.started for life in history.lives]
    marks = history.marks[name]
    gaps = [
        (a, b) for a, b in zip(marks, marks[1:])
        if b.counter != a.counter + 1
        and bisect_right(starts, a.sent) == bisect_right(starts, b.sent)
    ]
    assert not gaps, f"{len(gaps)} gaps within a run of the recorder, the first: {gaps[:3]}"


@pytest.mark.parametrize("name", MEDIA)
def test_a_kill_costs_at_most_one_fragment(history: History, name: str):
    sent = [mark.sent for mark in history.marks[name]]
    losses = []
    for life in history.lives:
        count = bisect_right(sent, life.killed)
        last = sent[count - 1] if count and sent[count - 1] >= life.started else None
        losses.append(life.killed - (last or life.recording[name]))
    mean = sum(losses) / len(losses)
    print(f"\n{name}: lost at a kill: mean {mean:.2f} s, most {max(losses):.2f} s")
    assert max(losses) <= LONGEST_FRAGMENT + WRITING_TAKES, sorted(losses)[-5:]
