"""A wall clock that is wrong, is set, changes its zone and goes through the night of two twos."""

import struct
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import check
import mp4
import needs
import pytest
import tools
from conftest import Lab
from recorder import Recorder

DAY = 86_400
YEAR = 365 * DAY


class Clock:
    """The wall clock that one recorder sees; the one that never steps stays the machine's."""

    def __init__(self, recorder: Recorder, lab: Lab, zone: str = "UTC"):
        needs.faketime()
        self._file = lab.folder / "clock"
        recorder.environment = {
            "LD_PRELOAD": f"{needs.FAKETIME} {_unsynchronized(lab)}",
            "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "TZ": zone,
        }
        self.shift(0)

    def shift(self, seconds: float) -> None:
        """Be so many seconds ahead of the machine's clock."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+.3f}\n")
        draft.rename(self._file)

    def set(self, instant: str) -> None:
        """Show this time now."""
        self.shift(datetime.fromisoformat(instant).timestamp() - time.time())


def _unsynchronized(lab: Lab) -> Path:
    """A library whose `adjtimex` says what the kernel says before NTP has set the clock."""
    source, library = lab.folder / "adjtimex.c", lab.folder / "adjtimex.so"
    source.write_text("struct timex;\nint adjtimex(struct timex *t) { (void)t; return 5; }\n")
    result = tools.run(needs.compiler(), "-shared", "-fPIC", "-o", library, source)
    assert result.status == 0, str(result)
    return library


@pytest.fixture
def begin(lab: Lab) -> Callable[..., tuple[Recorder, Clock]]:
    """Makes a recorder of two cameras and its clock."""

    def make(zone: str = "UTC", **settings: object) -> tuple[Recorder, Clock]:
        cameras = lab.cameras(2, megabits=1)
        usual = {"VIDEO_CLIP_DURATION": 1, "ALIGN_CLIPS": False}
        recorder = lab.recorder(cameras, **usual | settings)
        return recorder, Clock(recorder, lab, zone)

    return make


def _more_clips(recorder: Recorder, count: int) -> None:
    now = len(recorder.log("clip.finalized"))
    recorder.wait_for("clip.finalized", count=now + count, within=30)


def _is_clock_uncertain(path: Path) -> bool:
    """Whether the clip says that its start may be wrong."""
    with path.open("rb") as file:
        start = file.read(1024)
    _, flags = struct.unpack_from(">HH", start, start.index(mp4.HEADER_IDENTIFIER) + 16)
    return bool(flags & 1)


def _assert_nothing_lost(recorder: Recorder, opened: list[dict]) -> list[Path]:
    """All clips that were begun are there under names of their own, in order."""
    paths = [line["path"] for line in opened]
    assert len(set(paths)) == len(paths), "a name was given twice"
    assert len(recorder.clips()) == len(paths), "a clip was overwritten or deleted"
    assert not recorder.log("clip.deleted"), "the clock cost clips"
    check.assert_all_play(recorder)
    for name in ("c1", "c2"):
        check.assert_in_order(check.marks(recorder, name))
        assert [mp4.header(path).sequence for path in recorder.clips(name)] == sorted(
            line["sequence"] for line in opened if line["camera"] == name
        )
    return recorder.clips()


def _assert_no_gaps(recorder: Recorder) -> None:
    for name in ("c1", "c2"):
        assert not check.gaps(name, check.marks(recorder, name))


def test_a_clock_that_wakes_up_in_1970_and_is_set_while_recording_costs_nothing(begin):
    recorder, clock = begin(MAX_AGE_DAYS=0.5, DELETE_CHECK_INTERVAL=1)
    clock.set("1970-01-01T00:05:00+00:00")
    recorder.start()
    _more_clips(recorder, 6)
    clock.shift(0)
    _more_clips(recorder, 12)
    recorder.wait_for("clock.trusted", within=15)
    assert recorder.stop() == 0
    clips = _assert_nothing_lost(recorder, recorder.log("clip.opened"))
    _assert_no_gaps(recorder)
    uncertain = {path.name[:4] for path in clips if _is_clock_uncertain(path)}
    certain = {path.name[:4] for path in clips if not _is_clock_uncertain(path)}
    print(f"\nclips of an uncertain clock: {uncertain}, of one that can be right: {certain}")
    assert uncertain == {"1970"}
    assert len(certain) == 1 and "1970" not in certain
    assert recorder.log("clock.uncertain")


@pytest.mark.parametrize("step", [7200, -7200, -3], ids=["forward", "back", "three-seconds-back"])
def test_a_clock_that_steps_while_recording_costs_nothing(begin, step: int):
    recorder, clock = begin()
    recorder.start()
    _more_clips(recorder, 6)
    clock.shift(step)
    _more_clips(recorder, 10)
    assert recorder.stop() == 0
    _assert_nothing_lost(recorder, recorder.log("clip.opened"))
    _assert_no_gaps(recorder)


def test_the_hour_that_comes_twice_overwrites_no_name(begin):
    recorder, clock = begin(zone="Europe/Paris")
    clock.set("2026-10-25T00:00:00+00:00")
    recorder.start()
    _more_clips(recorder, 12)
    # 02:59:57 of summer time; three seconds later it is 02:00:00 for the second time.
    clock.set("2026-10-25T00:59:57+00:00")
    _more_clips(recorder, 20)
    assert recorder.stop() == 0
    clips = _assert_nothing_lost(recorder, recorder.log("clip.opened"))
    _assert_no_gaps(recorder)
    seconds = [path.name for path in clips if path.stem.endswith("_2")]
    print(f"\n{len(clips)} clips, {len(seconds)} whose name was taken an hour before: {seconds[:3]}")
    assert seconds
    assert any("_02-59-" in path.name for path in clips)
    assert all(path.name.startswith("2026-10-25_02-") for path in clips)


def test_a_machine_that_changes_its_time_zone_overwrites_no_name(begin):
    recorder, clock = begin(zone="Asia/Tokyo")
    clock.set("2026-06-01T00:00:00+00:00")
    recorder.start()
    _more_clips(recorder, 10)
    assert recorder.stop() == 0
    opened = recorder.log("clip.opened")
    recorder.environment["TZ"] = "UTC"
    clock.set("2026-06-01T08:59:59+00:00")
    recorder.start()
    _more_clips(recorder, 14)
    assert recorder.stop() == 0
    clips = _assert_nothing_lost(recorder, opened + recorder.log("clip.opened"))
    assert all(path.name.startswith("2026-06-01_0") for path in clips)
    assert any(path.stem.endswith("_2") for path in clips)


def test_a_clock_ten_years_ahead_deletes_nothing_by_age(begin):
    recorder, clock = begin(MAX_AGE_DAYS=1, DELETE_CHECK_INTERVAL=1)
    opened: list[dict] = []
    recorder.start()
    _more_clips(recorder, 6)
    clock.shift(10 * YEAR)
    _more_clips(recorder, 8)
    recorder.wait_for("clock.uncertain", within=15)
    assert recorder.stop() == 0
    assert not recorder.log("clip.deleted")
    opened += recorder.log("clip.opened")
    # So it is when it starts with that clock, and once the clock is right again.
    for shift in (10 * YEAR, 0):
        clock.shift(shift)
        recorder.start()
        _more_clips(recorder, 6)
        assert recorder.stop() == 0
        assert not recorder.log("clip.deleted")
        opened += recorder.log("clip.opened")
    clips = _assert_nothing_lost(recorder, opened)
    for path in clips:
        assert _is_clock_uncertain(path) == (path.name[:4] > "2030"), path


def test_clips_that_are_too_old_by_a_clock_that_can_be_right_are_deleted(begin):
    recorder, clock = begin(MAX_AGE_DAYS=1, DELETE_CHECK_INTERVAL=1)
    clock.shift(0)
    recorder.start()
    _more_clips(recorder, 4)
    assert recorder.stop() == 0
    clock.shift(3 * DAY)
    recorder.start()
    deleted = recorder.wait_for("clip.deleted", count=4, within=15)
    assert {line["reason"] for line in deleted} == {"age"}
    assert recorder.stop() == 0
