#!/usr/bin/env python3
"""Takes the pictures of docs/images with the real program, two cameras and one that is not there.

`make images` runs it. A picture has at most 128 colours, so that the repository stays small.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

from browser import Browser
from console import Console
from tools import ROOT, tool

IMAGES = ROOT / "docs/images"
PAUSED = "return document.querySelector('.stage-lane video.front')?.readyState >= 2"


def save(browser: Browser, name: str) -> None:
    """Write what the browser shows."""
    target = IMAGES / f"{name}.png"
    with tempfile.NamedTemporaryFile(suffix=".png") as raw:
        raw.write(browser.driver.get_screenshot_as_png())
        raw.flush()
        subprocess.run(
            [
                tool("ffmpeg"),
                "-v",
                "error",
                "-y",
                "-i",
                raw.name,
                "-vf",
                "split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none",
                target,
            ],
            check=True,
        )
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Record for a minute, then look."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        browser = Browser()
        console = Console(
            Path(folder),
            ("h264-aac.mp4", "h264-other.mp4"),
            {
                "VIDEO_CLIP_DURATION": 15,
                "MAX_FOLDER_SIZE_GB": 2,
            },
            names=("entrance", "yard", "garage"),
        )
        try:
            take(browser, console)
        finally:
            console.end()
            browser.quit()


def take(browser: Browser, console: Console) -> None:
    """The pictures one after the other."""
    console.recorder.wait_for("clip.finalized", 10, within=90)
    browser.look(1280, 800)
    console.enter(browser, "/live")
    browser.wait(
        "pictures",
        "return [...document.querySelectorAll('.tile video')].filter((video) => video.videoWidth).length === 2",
    )
    save(browser, "console-live")
    browser.look(1280, 800, scheme="light")
    console.enter(browser, "/timeline?span=150")
    browser.wait("pictures", PAUSED)
    browser.press("Clip before")
    browser.wait("pictures", PAUSED)
    save(browser, "console-timeline")
    browser.look(390, 844, phone=True)
    console.enter(browser, "/timeline?span=150&cams=entrance")
    browser.wait("pictures", PAUSED)
    browser.press("Clip before")
    browser.wait("pictures", PAUSED)
    save(browser, "console-phone")


if __name__ == "__main__":
    main()
