"""Connections that break without a word, cables that are pulled, packets that get lost."""

import json
import time
from datetime import datetime

import check
import pytest
import tools
from recorder import Recorder
from waiting import eventually, until

STALL = 2.0
CAMERAS, PULLS = 8, 3


def _time(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _seconds(line: dict) -> float:
    return _time(line["timestamp"])


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _assert_told(recorder: Recorder, camera: str, outages: list[tuple[float, float]]) -> None:
    """Each outage is a gap in the ledger: as long as its pictures are missing, and called what it was."""
    missing = check.gaps(camera, check.marks(recorder, camera))
    result = tools.cctv("coverage", "--output-folder", recorder.output, "--json")
    assert result.status == 0, str(result)
    found = next(
        each for each in json.loads(result.out)["cameras"] if each["camera"] == camera)["gaps"]
    for pulled, plugged in outages:
        inside = [
            gap for gap in found
            if _time(gap["end"]) > pulled + 0.3 and _time(gap["start"]) < plugged - 0.3
        ]
        told = "\n".join(map(str, found))
        assert inside and inside[0]["cause"] == "stalled", f"{camera}, {pulled:.3f}: {told}"
        assert abs(_time(inside[0]["start"]) - pulled) < 0.5, (camera, pulled, inside)
        lost = [gap for gap in missing if gap.after < plugged and gap.after + gap.seconds > pulled]
        assert len(lost) == 1, f"{camera}, {pulled:.3f}: {missing}"
        again = lost[0].after + lost[0].seconds
        assert again > plugged, f"{camera}: a picture came through a cable that was pulled"
        # The ledger's gap may have parts: a stall, and then whatever each attempt met.
        assert all(a["end"] == b["start"] for a, b in zip(inside, inside[1:])), told
        assert abs(_time(inside[-1]["end"]) - again) < 0.5, (camera, again, inside)


def test_a_connection_that_dies_without_a_word_is_noticed_in_time_and_made_again(lab):
    recorder = lab.recorder(
        CAMERAS=lab.cameras(), CHECK_STREAM_DELAY=STALL, VIDEO_CLIP_DURATION=60)
    recorder.start()
    recorder.wait_until_written("c1")
    before = time.time()
    lab.network.silence()
    after = time.time()
    ended = recorder.wait_for("camera.disconnected", within=STALL + 5)[0]
    # The last packet may have come up to a frame and a tenth of a second before the silence.
    assert before + STALL - 0.3 < _seconds(ended) < after + STALL + 0.5, ended
    healed = time.time()
    lab.network.heal()
    again = recorder.wait_for("camera.recording", count=2, within=20)[1]
    # An attempt that began in the silence may have to time out first, and a pause follows it.
    assert _seconds(again) - healed < 8, again
    assert recorder.stop() == 0
    assert check.assert_all_play(recorder) >= 2
    check.assert_in_order(check.marks(recorder, "c1"))


def test_a_cable_that_was_pulled_costs_the_time_it_was_out(lab):
    names = [f"c{number}" for number in range(1, CAMERAS + 1)]
    recorder = lab.recorder(
        CAMERAS=lab.cameras(CAMERAS), CHECK_STREAM_DELAY=STALL, VIDEO_CLIP_DURATION=60)
    stated, back, outages = [], [], []
    for _ in range(PULLS):
        # The log tells the same line of the same camera once a minute, to each start anew.
        recorder.start()
        recorder.wait_until_recording(CAMERAS)
        recorder.wait_until_written(*names)
        pulled = time.time()
        lab.network.pull()
        ended = recorder.wait_for("camera.disconnected", count=CAMERAS, within=STALL + 3)
        stated += [_seconds(line) - pulled for line in ended]
        plugged = time.time()
        lab.network.plug()
        again = recorder.wait_for("camera.recording", count=2 * CAMERAS, within=20)
        back += [_seconds(line) - plugged for line in again[CAMERAS:]]
        outages.append((pulled, plugged))
        assert recorder.stop() == 0
    check.assert_all_play(recorder)
    print(f"\nstated after {min(stated):.1f} to {max(stated):.1f} s of {STALL:g}; back after: "
          f"median {_quantile(back, 0.5):.1f} s, p95 {_quantile(back, 0.95):.1f} s, "
          f"most {max(back):.1f} s of {len(back)}")
    # The last packet may have come up to a frame and a tenth of a second before the pull.
    assert STALL - 0.3 < min(stated) and max(stated) < STALL + 0.5, sorted(stated)
    assert _quantile(back, 0.95) <= 2, sorted(back)
    for name in names:
        _assert_told(recorder, name, outages)


def test_a_cable_pulled_for_less_than_a_stall_costs_no_picture(lab):
    recorder = lab.recorder(CAMERAS=lab.cameras(), CHECK_STREAM_DELAY=5, VIDEO_CLIP_DURATION=60)
    recorder.start()
    recorder.wait_until_written("c1")
    lab.network.pull()
    until(time.monotonic() + 1, recorder.failure)
    lab.network.plug()
    # As long as a stall that were found wrongly would need.
    until(time.monotonic() + 5, recorder.failure)
    assert not recorder.log("camera.disconnected")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    marks = check.marks(recorder, "c1")
    assert not check.gaps("c1", marks)
    assert len(marks) > 100


@pytest.mark.parametrize("percent", [1, 5])
def test_packets_that_the_network_loses_cost_no_picture_over_tcp(lab, percent):
    recorder = lab.recorder(
        CAMERAS=lab.cameras(media="h264-aac.mp4"), CHECK_STREAM_DELAY=5, VIDEO_CLIP_DURATION=3)
    recorder.start()
    recorder.wait_until_recording(1)
    lab.network.lose(percent)
    recorder.wait_for("clip.finalized", count=3, within=30)
    lab.network.heal()
    assert not recorder.log("camera.disconnected")
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
    assert not check.gaps("c1", check.marks(recorder, "c1"))


def test_sixteen_cameras_behind_a_switch_come_back_together_and_do_not_storm_it(lab):
    recorder = lab.recorder(
        CAMERAS=lab.cameras(16), CHECK_STREAM_DELAY=STALL, VIDEO_CLIP_DURATION=60,
        FFMPEG_TIMEOUT=1_000_000, LOG_LEVEL="DEBUG")
    recorder.start()
    recorder.wait_until_recording(16, within=30)
    began = len(recorder.log("camera.connecting"))
    lab.network.silence()
    recorder.wait_for("camera.disconnected", count=16, within=STALL + 10)
    outage = time.monotonic()
    until(outage + 10, recorder.failure)
    attempts = len(recorder.log("camera.connecting")) - began
    assert attempts <= 16 * 12, f"{attempts} attempts in {time.monotonic() - outage:.0f} s"
    lab.network.heal()

    def names() -> set[str]:
        healed = [line["camera"] for line in recorder.log("camera.recording")]
        return {name for name in healed if healed.count(name) >= 2}

    eventually("all cameras are back", lambda: len(names()) == 16, within=35, every=0.2)
    assert recorder.stop() == 0
    check.assert_all_play(recorder)
