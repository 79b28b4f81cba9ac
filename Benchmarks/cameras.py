"""The cameras: one process that plays one film as many RTSP cameras."""

import subprocess
from pathlib import Path

import processes

BITRATE = 4_000_000
FRAME_RATE = 25
GOP_SECONDS = 2


def film(folder):
    """Returns a film of 1080p25 H.264 with 4 Mbit/s and a key frame every 2 s, made once."""
    path = Path(folder) / "1080p25-4mbit.mp4"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    gop = FRAME_RATE * GOP_SECONDS
    unfinished = path.with_suffix(".unfinished.mp4")
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi"]
        + ["-i", f"testsrc2=size=1920x1080:rate={FRAME_RATE},noise=alls=12:allf=t", "-t", "20"]
        + ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0"]
        + ["-g", f"{gop}", "-keyint_min", f"{gop}", "-sc_threshold", "0"]
        + ["-b:v", f"{BITRATE}", "-maxrate", f"{BITRATE}", "-bufsize", f"{BITRATE}"]
        + [str(unfinished)],
        check=True,
    )
    return unfinished.rename(path)


class Cameras:
    """Cameras that play while the block runs."""

    def __init__(self, program, film, count, core, options=()):
        self._command = [program, film, "--count", count, *options]
        self._core = core
        self._count = count

    def __enter__(self):
        self._process = processes.start(
            self._command, self._core, stdout=subprocess.PIPE, text=True
        )
        self.urls = [self._process.stdout.readline().strip() for _ in range(self._count)]
        if not self.urls[-1]:
            raise SystemExit(f"{self._command[0]} does not start")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    @property
    def pid(self):
        return self._process.pid
