"""Several cameras in one process, which number their pictures."""

from pathlib import Path

from fake_camera import FakeCamera


class Cameras(FakeCamera):
    """So many cameras that play the same film; each session begins at the film's start."""

    def __init__(self, log_file: Path, media: Path, count: int):
        super().__init__(log_file, media, "--count", count)
        self.urls = [self.url, *(self.process.stdout.readline().strip() for _ in range(1, count))]

    @property
    def names(self) -> list[str]:
        """The names under which they are recorded."""
        return [f"c{number}" for number in range(1, len(self.urls) + 1)]

    @property
    def settings(self) -> list[dict]:
        """The recorder's `CAMERAS`."""
        return [
            {"NAME": name, "RTSP_URL": url, "AUDIO": "off"}
            for name, url in zip(self.names, self.urls)
        ]
