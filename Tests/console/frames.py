"""Knows a picture of the test card again: its corner counts frames."""

import subprocess
from pathlib import Path

from browser import Browser
from tools import tool

WIDTH, HEIGHT = 120, 40

CORNER = f"""
    const video = document.querySelector('.stage-lane video.front');
    const pen = new OffscreenCanvas({WIDTH}, {HEIGHT}).getContext('2d');
    pen.drawImage(video, 0, 0, {WIDTH}, {HEIGHT}, 0, 0, {WIDTH}, {HEIGHT});
    const {{ data }} = pen.getImageData(0, 0, {WIDTH}, {HEIGHT});
    return Array.from({{ length: data.length / 4 }}, (_, at) => Math.round(
        0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]));
"""


def corners(clip: Path, first: int, count: int) -> list[bytes]:
    """The upper left corner of some frames of a clip, in grey."""
    raw = subprocess.run(
        [
            tool("ffmpeg"),
            "-v",
            "error",
            "-i",
            clip,
            "-an",
            "-vf",
            f"select='between(n,{first},{first + count - 1})',format=gray,crop={WIDTH}:{HEIGHT}:0:0",
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "gray",
            "-",
        ],
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    ).stdout
    size = WIDTH * HEIGHT
    return [raw[at : at + size] for at in range(0, len(raw), size)]


def shown_frame(browser: Browser, clip: Path, near: int, reach: int = 12) -> int:
    """The number of the frame that the browser shows, among those near a number."""
    first = max(0, near - reach)
    seen = browser.js(CORNER)
    differences = [
        sum(abs(a - b) for a, b in zip(seen, frame))
        for frame in corners(clip, first, 2 * reach + 1)
    ]
    return first + differences.index(min(differences))


def frame_times(clip: Path) -> list[float]:
    """The second of each frame in a clip's file."""
    text = subprocess.run(
        [
            tool("ffprobe"),
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            "packet=pts_time",
            "-of",
            "csv=p=0",
            clip,
        ],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=60,
    ).stdout
    return sorted(float(line.strip(",")) for line in text.split())
