"""An export of more than 4 GiB: its offsets have 64 bits, and its memory does not grow with it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import inflate
import mp4
import needs
import tools
from conftest import Lab
from waiting import pause

GIGABYTE = 1 << 30
HOLE = 2200 << 20
MOST_MEMORY = 96 << 20


@dataclass(frozen=True)
class Export:
    """What a finished export took."""

    status: int
    out: str
    peak_memory: int


def test_an_export_above_4_gigabytes_is_whole_and_takes_little_memory(lab: Lab):
    needs.memory(6 * GIGABYTE)
    disk = lab.tmpfs(6 << 10)
    cameras = lab.cameras(1, megabits=2)
    recorder = lab.recorder(cameras, VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_for("clip.finalized", count=2, within=30)
    assert recorder.stop() == 0
    first, second, *others = recorder.clips()
    for path in others:
        path.unlink()
    tails = [inflate.grow(path, HOLE) for path in (first, second)]
    target = disk.mount_point / "out.mp4"
    export = _run(
        "export", "--config", recorder.settings_file, "--camera", "c1", "--from",
        "1 hour ago", "--to", "now", "-o", target,
    )
    assert export.status == 0, export.out
    size = target.stat().st_size
    print(f"\n{size / GIGABYTE:.2f} GiB exported, {export.peak_memory / (1 << 20):.0f} MiB at most")
    assert size > 4 * GIGABYTE
    assert export.peak_memory < MOST_MEMORY
    movie, media = inflate.whole_boxes(target)
    assert media.header_size == 16 and media.end == size, "mdat has a size of 64 bits"
    offsets = inflate.chunk_offsets(target, movie)
    assert max(offsets) > 4 * GIGABYTE, "co64"
    # The last picture of each clip stands where the table says.
    with target.open("rb") as file:
        for tail in tails:
            assert any(_stands(file, offset, tail) for offset in offsets), "a chunk is elsewhere"


def _stands(file, offset: int, tail: bytes) -> bool:
    file.seek(offset)
    return tail in file.read(4 << 20)


def _run(*arguments: object) -> Export:
    """Run the program and watch its memory."""
    process = subprocess.Popen(
        [tools.CCTV, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=tools.clean_environment(),
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        pause(0.02)
    return Export(process.wait(), process.stdout.read().decode(), peak)


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0]) * 1024 if lines else 0
