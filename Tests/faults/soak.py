#!/usr/bin/env python3
"""Record many cameras for as long as asked, and tell whether memory or descriptors grow.

Measures once everything that has a limit has reached it, and prints the slope of each with its 95 %
confidence interval. Ends with 1 if memory surely grows faster than 100 KiB an hour or descriptors grow at
all, and with 0 otherwise.
"""

import argparse
import math
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

import tools
from fake_camera import FakeCamera
from recorder import LOG_NAME, Recorder
from waiting import until

MEMORY_GATE = 100.0
# The recorder keeps so many lines of its log in memory, three for each clip that comes and goes.
KEPT_LINES, LINES_OF_A_CLIP = 2_000, 3


@dataclass(frozen=True)
class Slope:
    """A line through measurements: how fast it rises in an hour, and how sure that is."""

    per_hour: float
    margin: float

    def __str__(self) -> str:
        return f"{self.per_hour:+.1f} an hour (95 %: {self.low:+.1f} to {self.high:+.1f})"

    @property
    def low(self) -> float:
        return self.per_hour - self.margin

    @property
    def high(self) -> float:
        return self.per_hour + self.margin


def slope(times: list[float], values: list[float]) -> Slope:
    """Least squares; neighbouring samples hang together, so only as many count as are independent."""
    count = len(times)
    mean_time, mean_value = sum(times) / count, sum(values) / count
    spread = sum((t - mean_time) ** 2 for t in times)
    rise = sum((t - mean_time) * (v - mean_value) for t, v in zip(times, values)) / spread
    rest = [v - mean_value - rise * (t - mean_time) for t, v in zip(times, values)]
    square = sum(r * r for r in rest)
    lag = sum(a * b for a, b in zip(rest, rest[1:])) / square if square else 0.0
    independent = max(3.0, count * (1 - max(lag, 0)) / (1 + max(lag, 0)))
    error = math.sqrt(square / max(independent - 2, 1) / spread)
    return Slope(rise * 3600, 1.96 * error * 3600)


def resident_kib(pid: int) -> int:
    """The memory of a process that is its own."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    raise AssertionError("no RssAnon")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clip", type=int, default=2, help="seconds of a clip")
    parser.add_argument("--every", type=float, default=1, help="seconds between two looks")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cctv-soak-"))
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    camera = FakeCamera(
        folder / "camera.log", "h264-aac.mp4", "--count", options.cameras, "--jitter", 20)
    urls = [camera.url, *(camera.process.stdout.readline().strip()
                          for _ in range(1, options.cameras))]
    recorder = Recorder(
        folder, WEB=False, VIDEO_CLIP_DURATION=options.clip, MAX_FOLDER_SIZE_GB=0.28,
        CAMERAS=[{"NAME": f"c{i}", "RTSP_URL": url} for i, url in enumerate(urls)])
    try:
        recorder.start()
        recorder.wait_until_recording(options.cameras, within=60)
        # What has a limit takes its place first, or its filling looks like a leak.
        recorder.wait_for("clip.deleted", within=1800)
        clips_a_second = options.cameras / options.clip
        until(
            time.monotonic() + KEPT_LINES / LINES_OF_A_CLIP / clips_a_second, recorder.failure)
        times, memory, descriptors = [], [], []
        begin = time.monotonic()
        while (now := time.monotonic()) - begin < options.minutes * 60:
            times.append(now - begin)
            memory.append(float(resident_kib(recorder.pid)))
            descriptors.append(float(len(os.listdir(f"/proc/{recorder.pid}/fd"))))
            until(now + options.every, recorder.failure)
        # The log is rotated meanwhile.
        logs = [path.read_text() for path in recorder.output.glob(f"{LOG_NAME}*")]
        clips = sum(text.count('"event":"clip.finalized"') for text in logs)
        assert recorder.stop() == 0
    finally:
        recorder.end()
        camera.end()
        shutil.rmtree(folder, ignore_errors=True)
    kib, open_files = slope(times, memory), slope(times, descriptors)
    print(f"{options.cameras} cameras, {options.minutes:g} min, {clips} clips, {len(times)} samples")
    print(f"memory:      {memory[0]:.0f} -> {memory[-1]:.0f} KiB, {kib} KiB")
    print(f"descriptors: {descriptors[0]:.0f} -> {descriptors[-1]:.0f}, {open_files}")
    return int(kib.low > MEMORY_GATE or open_files.low > 0)


if __name__ == "__main__":
    sys.exit(main())
