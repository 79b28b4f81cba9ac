"""Programs that the tests run: found or missing, with time limits, ended at the end."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CCTV = Path(os.environ.get("CCTV_BINARY", ROOT / ".build/release/cctv")).resolve()
FAKE_CAMERA = Path(
    os.environ.get("CCTV_FAKE_CAMERA", ROOT / ".build/release/fake-camera")
).resolve()
FIXTURES = ROOT / "Fixtures"


@dataclass(frozen=True)
class Result:
    """What a program said and how it ended."""

    status: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"status {self.status}\nstdout: {self.out}\nstderr: {self.err}"


def tool(name: str) -> str:
    """The path of a program of the system, which must be there."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert path, f"{name} is missing: `make test-deps` installs it"
    return path


def clean_environment(**changes: str) -> dict[str, str]:
    """The environment without the recorder's own settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CCTV_")}
    kept.pop("RTSP_URL", None)
    return kept | changes


def run(*arguments: object, within: float = 60, **options: object) -> Result:
    """Run a program to its end; one that does not end is killed and is a failure."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=within,
        **({"env": clean_environment()} | options),
    )
    return Result(done.returncode, _text(done.stdout), _text(done.stderr))


def cctv(*arguments: object, within: float = 30, **options: object) -> Result:
    """Run the recorder's program to its end, which must not be a crash."""
    result = run(CCTV, *arguments, within=within, **options)
    assert result.status >= 0, f"ended by signal {-result.status}: {result}"
    assert "Fatal error" not in result.err and "\n#0 " not in result.err, str(result)
    return result


def end(process: subprocess.Popen, within: float = 10) -> int:
    """End a process that a test started, gently and then for sure."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
