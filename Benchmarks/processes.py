"""What processes cost, from /proc."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


def start(command, core, **options):
    """Starts a process on one core, with nothing to read and nothing printed."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL} | options
    return subprocess.Popen(
        [str(word) for word in command],
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        **options,
    )


def cpu_seconds(pids):
    """CPU time of all threads that live, to the nanosecond."""
    threads = (f for pid in pids for f in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def private_bytes(pids):
    """Memory that would be given back if the processes ended: no page of a shared library."""
    total = 0
    for pid in pids:
        try:
            memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except PermissionError:
            raise SystemExit("cctv keeps its memory from others' eyes: run as root") from None
        for line in memory.splitlines():
            if line.startswith("Private_"):
                total += int(line.split()[1]) * 1024
    return total


def busy_seconds(core):
    """Time a core has spent on whatever it was: user, nice, system, interrupts, steal."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            user, nice, system, _, _, hard, soft, steal, *_ = map(int, ticks)
            return (user + nice + system + hard + soft + steal) / os.sysconf("SC_CLK_TCK")
    raise SystemExit(f"this machine has no core {core}")


@dataclass
class Window:
    """What a recorder used between two instants."""

    seconds: float
    cpu: float
    private: int
    """Share of the recorder's core that others took; the noise of the measurement."""
    others: float


def observe(pids, core, seconds):
    """Lets processes run for some seconds and says what they used."""
    began, cpu, busy = time.monotonic(), cpu_seconds(pids), busy_seconds(core)
    time.sleep(seconds)
    cpu, busy = cpu_seconds(pids) - cpu, busy_seconds(core) - busy
    took = time.monotonic() - began
    return Window(took, cpu, private_bytes(pids), max(0.0, busy - cpu) / took)


def stop(processes, signal, timeout=20):
    """Ends processes and waits for them."""
    for process in processes:
        process.send_signal(signal)
    for process in processes:
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise SystemExit(f"{process.args[0]} did not end within {timeout} s") from None
