"""The project's own camera as a process, which numbers its pictures and can misbehave."""

import subprocess
from pathlib import Path

import tools


class FakeCamera:
    """`fake-camera` with one of the fixtures; its options are those of its command line."""

    def __init__(self, log_file: Path, media: str, *options: object):
        with log_file.open("w") as log:
            self.process = subprocess.Popen(
                [tools.FAKE_CAMERA, tools.FIXTURES / media, *map(str, options)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                env=tools.clean_environment(),
            )
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("rtsp://"), f"fake-camera: {log_file.read_text()}"

    def end(self) -> None:
        """End the camera."""
        tools.end(self.process)
        self.process.stdout.close()
