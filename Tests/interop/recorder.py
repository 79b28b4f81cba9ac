"""A recorder as a process: its settings, its log, its clips, and every way to end it."""

import json
import os
import signal
import subprocess
from pathlib import Path

import mp4
import tools
from waiting import eventually

LOG_NAME = "cctv_recorder_log.json"


class Recorder:
    """`cctv record` with a settings file in a folder of its own; it can be started many times."""

    def __init__(self, folder: Path, **settings: object):
        self.folder = folder
        self.output = folder / "recordings"
        self.settings_file = folder / "config.json"
        self.log_file = self.output / LOG_NAME
        self.stderr_file = folder / "stderr.txt"
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen | None = None
        self.settings = {"OUTPUT_FOLDER": str(self.output), "MIN_FREE_SPACE_GB": 0} | settings
        self._log_start = 0
        self.write_settings()

    def write_settings(self, **changes: object) -> None:
        """Write the settings file, with changes, as a person would."""
        self.settings |= changes
        self.settings_file.write_text(json.dumps(self.settings, indent=2))
        self.settings_file.chmod(0o600)

    def start(self) -> None:
        """Start recording; the log is read from here on."""
        self._log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        with self.stderr_file.open("a") as stderr:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr, cwd=self.folder,
                env=tools.clean_environment(**self.environment),
            )

    def command(self) -> list[object]:
        """The command line that records."""
        return [tools.CCTV, "record", "--config", self.settings_file]

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.process.pid

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.wait()

    def stop(self, within: float = 10) -> int:
        """Ask it to end, and return its status; one that does not end is a failure."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(within)

    def wait(self, within: float) -> int:
        """Wait for its end and return its status."""
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the recorder did not end within {within} s") from None

    def end(self) -> None:
        """Leave nothing running, however the test ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def failure(self) -> str | None:
        """Why nothing more can be waited for: the process has ended."""
        if self.process.poll() is None:
            return None
        return f"the recorder ended with {self.process.returncode}: {self.stderr()[-3000:]}"

    def stderr(self) -> str:
        """All that it said on the terminal, of all its starts."""
        return self.stderr_file.read_text()

    def log(self, *events: str) -> list[dict]:
        """The log's lines since the last start, all or those of some events."""
        if not self.log_file.exists():
            return []
        with self.log_file.open("rb") as lines:
            # A log that was rotated since the start is read from its beginning.
            is_rotated = self._log_start > os.fstat(lines.fileno()).st_size
            lines.seek(0 if is_rotated else self._log_start)
            entries = [json.loads(line) for line in lines if line.endswith(b"\n")]
        return [entry for entry in entries if not events or entry["event"] in events]

    def wait_for(self, event: str, count: int = 1, within: float = 15, **facts: str) -> list[dict]:
        """Wait until the log has lines of an event with these facts."""

        def found() -> list[dict] | None:
            lines = [
                line for line in self.log(event)
                if all(line.get(key) == value for key, value in facts.items())
            ]
            if len(lines) >= count:
                return lines
            if reason := self.failure():
                raise AssertionError(reason)
            return None

        return eventually(f"{count} x {event} {facts or ''}", found, within)

    def wait_until_recording(self, cameras: int, within: float = 15) -> None:
        """Wait until so many cameras are recorded."""

        def names() -> bool:
            if reason := self.failure():
                raise AssertionError(reason)
            return len({line["camera"] for line in self.log("camera.recording")}) >= cameras

        eventually(f"{cameras} cameras recording", names, within)

    def wait_until_written(self, *cameras: str, within: float = 15) -> None:
        """Wait until pictures of each camera, or of the one without a name, are on the disk."""

        def are_written() -> bool:
            if reason := self.failure():
                raise AssertionError(reason)
            return all(
                any(mp4.has_pictures(path) for path in (self.output / camera).glob("**/*.mp4"))
                for camera in cameras or [""])

        eventually(f"pictures of {cameras} on the disk", are_written, within)

    def clips(self, camera: str | None = None) -> list[Path]:
        """All clips, or those of one camera, in the order in which they were begun."""
        found = list((self.output / camera if camera else self.output).glob("**/*.mp4"))
        return sorted(found, key=lambda path: mp4.header(path).sequence)
