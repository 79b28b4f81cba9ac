"""Records a camera that no one here wrote and shows the clips to players that no one here wrote."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import clips
import gst_camera
import mp4
import pictures
import pytest
import tools
from gst_camera import GStreamerCamera
from recorder import Recorder
from waiting import eventually, until

PASSWORD = "Canary-7f3a:@/91"
PASSWORD_IN_URL = "Canary-7f3a%3A%40%2F91"
CLIP_SECONDS = 4
RECORDED_SECONDS = 14
CAMERAS = list(gst_camera.STREAMS)
LONGEST_STOP = 5.0


@dataclass
class Evening:
    """All cameras recorded at once, and what was seen meanwhile."""

    recorder: Recorder
    camera: GStreamerCamera
    growing: dict[str, tuple[Path, Path]] = field(default_factory=dict)
    command_lines: str = ""
    status: int = -1
    stopping_took: float = 0
    contents: dict[Path, clips.Contents] = field(default_factory=dict)

    def final(self, name: str) -> list[Path]:
        """The clips of a camera, in their order."""
        return self.recorder.clips(name)

    def checked(self, path: Path) -> clips.Contents:
        """The contents of a clip, which every reader has agreed to once."""
        if path not in self.contents:
            self.contents[path] = clips.assert_good(path)
        return self.contents[path]


@pytest.fixture(scope="module")
def evening(module_folder: Path) -> Iterator[Evening]:
    """Record every stream of the camera for some clips, and stop as a service would."""
    camera = GStreamerCamera(module_folder, PASSWORD)
    recorder = Recorder(
        module_folder, VIDEO_CLIP_DURATION=CLIP_SECONDS,
        CAMERAS=[_entry(camera, name) for name in CAMERAS],
    )
    evening = Evening(recorder, camera)
    try:
        recorder.start()
        recorder.wait_until_recording(len(CAMERAS), within=20)
        end = time.monotonic() + RECORDED_SECONDS
        until(end - RECORDED_SECONDS / 2, recorder.failure)
        evening.command_lines = _command_lines()
        for name in CAMERAS:
            evening.growing[name] = _copy_growing(recorder, name, module_folder / f"{name}.growing")
        until(end, recorder.failure)
        began = time.monotonic()
        evening.status = recorder.stop(within=20)
        evening.stopping_took = time.monotonic() - began
        yield evening
    finally:
        recorder.end()
        camera.end()


def _entry(camera: GStreamerCamera, name: str) -> dict:
    entry = {"NAME": name, "RTSP_TRANSPORT": "udp" if name == "h264-udp" else "tcp"}
    if name == "h265":
        return entry | {"RTSP_URL": camera.url(name, f"{gst_camera.USER}:{PASSWORD_IN_URL}@")}
    return entry | {
        "RTSP_URL": camera.url(name), "USERNAME": gst_camera.USER, "PASSWORD": PASSWORD,
    }


def _copy_growing(recorder: Recorder, name: str, target: Path) -> tuple[Path, Path]:
    """Copy the open clip of a camera as soon as it has a whole fragment; return it and the copy."""

    def copied() -> Path | None:
        for path in recorder.clips(name):
            seals = [box for box in mp4.boxes(path) if box.type == "free" and box.size == 24]
            if mp4.state(path) == "open" and seals:
                mp4.copy_whole_fragments(path, target)
                return path
        return None

    return eventually(f"an open clip of {name}", copied, within=5), target


def _command_lines() -> str:
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(file.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(lines)


def test_the_recorder_stops_within_five_seconds_and_leaves_only_final_clips(evening: Evening):
    assert evening.status == 0, evening.recorder.stderr()[-3000:]
    assert evening.stopping_took < LONGEST_STOP
    states = {path.name: mp4.state(path) for path in evening.recorder.clips()}
    assert set(states.values()) == {"final"}, states


@pytest.mark.parametrize("name", CAMERAS)
def test_every_clip_is_read_by_every_player(evening: Evening, name: str):
    final = evening.final(name)
    assert len(final) >= RECORDED_SECONDS // CLIP_SECONDS, [path.name for path in final]
    for path in final:
        evening.checked(path)


@pytest.mark.parametrize("name", CAMERAS)
def test_no_picture_that_the_camera_sent_is_missing_between_first_and_last(
    evening: Evening, name: str
):
    codec = gst_camera.STREAMS[name][0]
    recorded = [
        pictures.hash_of_sample(codec, sample)
        for path in evening.final(name) for _, sample in clips.samples(path)
    ]
    sent = evening.camera.sent(name)
    runs = [i for i in range(len(sent)) if sent[i : i + len(recorded)] == recorded]
    assert len(recorded) >= (RECORDED_SECONDS - 2) * gst_camera.RATE
    assert runs, f"{_first_difference(sent, recorded)} of {len(recorded)} pictures"


def _first_difference(sent: list[str], recorded: list[str]) -> str:
    if recorded[0] not in sent:
        return "the first recorded picture was never sent;"
    start = sent.index(recorded[0])
    same = next(
        (i for i, pair in enumerate(zip(sent[start:], recorded)) if pair[0] != pair[1]), -1
    )
    return f"picture {same} differs from what was sent;"


@pytest.mark.parametrize("name", CAMERAS)
def test_clips_follow_each_other_on_the_clock_without_a_gap(evening: Evening, name: str):
    final = evening.final(name)
    starts = [mp4.header(path).start for path in final]
    ends = [start + evening.checked(path).end("video") for start, path in zip(starts, final)]
    for end, following, path in zip(ends, starts[1:], final[1:]):
        # A clip starts when its first picture arrives, which a busy machine delays.
        assert abs(end - following) < 0.2, f"{path.name} starts {following - end:.3f} s off"


@pytest.mark.parametrize("name", CAMERAS)
def test_a_growing_clip_reads_as_the_beginning_of_the_final_one(evening: Evening, name: str):
    path, growing = evening.growing[name]
    early, final = clips.by_ffmpeg(growing), evening.checked(path)
    assert early.of("video"), "the growing clip has no picture"
    for kind in ("video", "audio"):
        assert final.of(kind)[: len(early.of(kind))] == early.of(kind)


@pytest.mark.parametrize("name", CAMERAS)
def test_finalizing_changes_no_packet_and_recovery_does_it_again(
    evening: Evening, name: str, folder: Path
):
    path = evening.final(name)[1]
    again = folder / path.name
    mp4.copy_fragmented(path, again)
    expected = evening.checked(path).packets
    assert mp4.state(again) == "open"
    assert clips.by_ffmpeg(again).packets == expected
    assert clips.by_pyav(again).packets == expected
    assert tools.cctv("recover", again).status == 0
    assert mp4.state(again) == "final"
    assert clips.by_ffmpeg(again).packets == expected


@pytest.mark.parametrize(
    ("name", "codec", "tag", "sound"),
    [
        ("h264-aac", "h264", "avc1", "aac"), ("h264-alaw", "h264", "avc1", "aac"),
        ("h264-ulaw", "h264", "avc1", "aac"), ("h264-udp", "h264", "avc1", "aac"),
        ("h265", "hevc", "hvc1", None), ("mjpeg", "mjpeg", "mp4v", None),
    ],
)
def test_clips_hold_the_codecs_that_players_know(
    evening: Evening, name: str, codec: str, tag: str, sound: str | None
):
    for path in evening.final(name):
        streams = evening.checked(path).streams
        video, *audio = sorted(streams, key=lambda stream: stream.kind, reverse=True)
        assert (video.codec, video.tag) == (codec, tag)
        assert [stream.codec for stream in audio] == ([sound] if sound else [])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("h264-aac", "AAC, 48 kHz mono, copied as it is"),
        ("h264-alaw", "encoded to AAC at 64 kbit/s"), ("h264-ulaw", "encoded to AAC at 64 kbit/s"),
        ("h265", "the camera sends none"),
    ],
)
def test_the_log_says_what_becomes_of_the_sound(evening: Evening, name: str, words: str):
    messages = [line["message"] for line in evening.recorder.log("camera.audio")
                if line["camera"] == name]
    assert len(messages) == 1 and words in messages[0], messages


def test_the_log_tells_the_life_of_each_clip(evening: Evening):
    for line in evening.recorder.log():
        assert list(line)[:4] == ["timestamp", "level", "message", "event"], line
    for name in CAMERAS:
        lines = [line for line in evening.recorder.log() if line.get("camera") == name]
        events = [line["event"] for line in lines]
        connected = next(line for line in lines if line["event"] == "camera.connected")
        assert connected["authentication"].startswith("Digest"), connected
        assert events.count("camera.connected") == 1, "the session broke off"
        finals = evening.final(name)
        opened = [line for line in lines if line["event"] == "clip.opened"]
        finished = [line for line in lines if line["event"] == "clip.finalized"]
        assert [line["message"] for line in opened] == [
            f"Starting new recording: {path.name}" for path in finals
        ]
        assert len(finished) == len(finals)
        assert [line["reason"] for line in finished][-1] == "stopped"
        assert {line["reason"] for line in finished[:-1]} == {"rotated"}


def test_the_password_is_nowhere(evening: Evening):
    secrets = (PASSWORD, PASSWORD_IN_URL)
    recorded = [path for path in evening.recorder.output.glob("**/*") if path.is_file()]
    assert recorded and evening.command_lines
    for path in [*recorded, evening.recorder.stderr_file]:
        data = path.read_bytes()
        assert not any(secret.encode() in data for secret in secrets), path
    assert not any(secret in evening.command_lines for secret in secrets)
    assert "Canary" not in json.dumps(evening.recorder.log()) + evening.recorder.stderr()
