"""What must hold for every final clip, asked of programs that no one here wrote."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import av
import mp4
from tools import clean_environment, run, tool

# Sound and picture of a clip may end this far apart, in seconds.
LARGEST_DRIFT = 0.150
SHORTEST_CLIP_WITH_SOUND = 0.5
# What GStreamer says of every file that has no fragments, of every filesrc, and of a clip of a few
# pictures that ended before its first sound.
HARMLESS = (
    "failed to find fragment defaults", "pad not activated yet", "ladspa", "Track shorter than 20%",
)


@dataclass(frozen=True)
class Packet:
    """One sample as a demuxer gives it out; times in ticks of its stream."""

    stream: int
    pts: int
    dts: int
    size: int
    digest: str


@dataclass(frozen=True)
class Stream:
    """The facts of a track."""

    kind: str
    codec: str
    tag: str
    seconds_per_tick: float


@dataclass(frozen=True)
class Contents:
    """Tracks and packets of a clip, in the order of the file within each track."""

    streams: list[Stream]
    packets: list[Packet]
    starts_with_key_frame: bool
    last_durations: dict[int, int]

    def of(self, kind: str) -> list[Packet]:
        """The packets of the first track of a kind."""
        index = next((i for i, stream in enumerate(self.streams) if stream.kind == kind), None)
        return [packet for packet in self.packets if packet.stream == index]

    def end(self, kind: str) -> float | None:
        """When the last packet of a kind ends, in seconds of media time."""
        packets = self.of(kind)
        if not packets:
            return None
        last = max(packets, key=lambda packet: packet.pts)
        ticks = last.pts + self.last_durations[last.stream]
        return ticks * self.streams[last.stream].seconds_per_tick


def by_ffmpeg(path: Path) -> Contents:
    """Read a clip with the distribution's ffprobe, which must not complain."""
    result = run(
        tool("ffprobe"), "-v", "warning", "-count_packets", "-show_data_hash", "md5",
        "-show_entries", "stream=index,codec_type,codec_name,codec_tag_string,time_base"
        ":packet=stream_index,pts,dts,size,duration,flags,data_hash", "-of", "json", path,
    )
    assert result.status == 0 and not result.err, f"ffprobe {path}: {result}"
    answer = json.loads(result.out)
    streams = [_stream(entry) for entry in answer["streams"]]
    packets, durations, first_flags = [], {}, None
    for entry in answer["packets"]:
        index = entry["stream_index"]
        if streams[index].kind == "video" and first_flags is None:
            first_flags = entry["flags"]
        durations[index] = entry.get("duration", 0)
        packets.append(
            Packet(index, entry["pts"], entry["dts"], int(entry["size"]),
                   entry["data_hash"].removeprefix("MD5:"))
        )
    return Contents(streams, _by_track(packets), "K" in (first_flags or ""), durations)


def by_pyav(path: Path) -> Contents:
    """Read a clip with the newer FFmpeg that PyAV brings along."""
    packets, durations, first_is_key = [], {}, None
    with av.open(str(path)) as container:
        streams = [
            Stream(s.type, s.codec_context.name, s.codec_context.codec_tag, float(s.time_base))
            for s in container.streams
        ]
        for packet in container.demux():
            if packet.dts is None:
                continue
            if packet.stream.type == "video" and first_is_key is None:
                first_is_key = packet.is_keyframe
            payload = bytes(packet)
            durations[packet.stream_index] = packet.duration or 0
            packets.append(
                Packet(packet.stream_index, packet.pts, packet.dts, len(payload),
                       hashlib.md5(payload).hexdigest())
            )
    return Contents(streams, _by_track(packets), bool(first_is_key), durations)


def samples(path: Path) -> list[tuple[int, bytes]]:
    """The coded pictures of a clip with their decoding times, as PyAV reads them."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        return [(p.dts, bytes(p)) for p in container.demux(video) if p.dts is not None]


def assert_decodes(path: Path) -> None:
    """Every picture and every sound decodes without a word from ffmpeg."""
    result = run(tool("ffmpeg"), "-v", "error", "-nostdin", "-i", path, "-f", "null", "-")
    assert result.status == 0 and not result.err, f"ffmpeg cannot decode {path}: {result}"


def assert_plays_in_gstreamer(path: Path, contents: Contents) -> None:
    """GStreamer's own demuxer reads every sample without an error or a warning."""
    pads = {"video": "d.video_0", "audio": "d.audio_0"}
    sinks = [
        word for stream in contents.streams if contents.of(stream.kind)
        for word in (pads[stream.kind], "!", "queue", "!", "fakesink", "sync=false")
    ]
    result = run(
        tool("gst-launch-1.0"), "-q", "filesrc", f"location={path}", "!", "qtdemux", "name=d",
        *sinks, env=clean_environment(GST_DEBUG="2", GST_DEBUG_NO_COLOR="1"),
    )
    complaints = [
        line for line in result.err.splitlines()
        if " ERROR " in line or " WARN " in line and not any(word in line for word in HARMLESS)
    ]
    assert result.status == 0 and not complaints, f"GStreamer cannot play {path}: {result}"


def assert_known_to_mediainfo(path: Path) -> None:
    """MediaInfo, which follows the boxes strictly, finds nothing cut off."""
    result = run(tool("mediainfo"), "--Full", "--Output=JSON", path)
    assert result.status == 0, str(result)
    general = json.loads(result.out)["media"]["track"][0]
    assert general["@type"] == "General" and int(general.get("VideoCount", 0)) == 1, str(general)
    assert "IsTruncated" not in result.out, f"MediaInfo finds {path} truncated: {result.out}"


def assert_sound_is_in_step(path: Path, contents: Contents) -> None:
    """Sound and picture end together."""
    if not any(stream.kind == "audio" for stream in contents.streams):
        return
    # An encoder may still hold the only sound of a clip that was stopped soon after its start.
    video, audio = contents.end("video"), contents.end("audio") or 0
    if audio or video > SHORTEST_CLIP_WITH_SOUND:
        drift = abs(video - audio)
        assert drift < LARGEST_DRIFT, f"{path}: picture ends at {video:.3f}, sound at {audio:.3f}"


def assert_good(path: Path, *, decode: bool = True, sound_in_step: bool = True) -> Contents:
    """Ask everybody; returns what is in the clip."""
    assert mp4.state(path) == "final", f"{path} is {mp4.state(path)}"
    contents = by_ffmpeg(path)
    assert contents.of("video"), f"{path} has no picture"
    assert contents.starts_with_key_frame, f"{path} does not start with a key frame"
    newer = by_pyav(path)
    assert newer.starts_with_key_frame and newer.packets == contents.packets, (
        f"{path}: FFmpeg 5.1 and PyAV read different packets"
    )
    if decode:
        assert_decodes(path)
    assert_plays_in_gstreamer(path, contents)
    assert_known_to_mediainfo(path)
    if sound_in_step:
        assert_sound_is_in_step(path, contents)
    return contents


def _by_track(packets: list[Packet]) -> list[Packet]:
    return sorted(packets, key=lambda packet: (packet.stream, packet.dts))


def _stream(entry: dict) -> Stream:
    numerator, denominator = entry["time_base"].split("/")
    return Stream(
        entry["codec_type"], entry["codec_name"], entry["codec_tag_string"],
        int(numerator) / int(denominator),
    )
