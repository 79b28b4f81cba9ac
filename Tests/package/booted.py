"""A machine that was booted: the real systemd is its first process and runs the real unit."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tools
from machine import Machine
from waiting import eventually

# Where this kernel's second hierarchy of control groups is.
CGROUPS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))


class Booted:
    """A machine whose service manager runs, in a container of its own; the network is this one's."""

    def __init__(self, machine: Machine, first: int):
        self.machine = machine
        self._first = first

    def run(self, *words: object, within: float = 60) -> tools.Result:
        """Run a program of the machine as its root."""
        return tools.run(
            tools.tool("nsenter"), "--all", "--root", "--wd=/", f"--target={self._first}",
            "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", *words,
            within=within,
        )

    def must(self, *words: object) -> str:
        """Run a program that has to end well, and return what it said."""
        result = self.run(*words)
        assert result.status == 0, f"{words}: {result}\n{self.journal()}"
        return result.out.strip()

    def show(self, name: str) -> str:
        """A property of the recorder's unit."""
        return self.must("systemctl", "show", "--value", f"--property={name}", "cctv")

    def journal(self) -> str:
        """What the service manager and the recorder said."""
        return self.run("journalctl", "--no-pager", "--unit=cctv", "--lines=40").out

    def install(self, package: Path) -> None:
        """Install or upgrade a package, as its service manager's administrator does."""
        inside = self.machine.path("/root") / package.name
        inside.write_bytes(package.read_bytes())
        self.must("dpkg", "--force-unsafe-io", "--force-confdef", "-i", f"/root/{package.name}")


@contextmanager
def booted(machine: Machine, log: Path) -> Iterator[Booted]:
    """Boot a machine to where services can be started, and shut it down at the end."""
    with machine.unmounted(), _control_group() as group, log.open("w") as stream:
        process = subprocess.Popen(
            [
                tools.tool("systemd-nspawn"), "--quiet", f"--directory={machine.root}", "--boot",
                "--register=no", "--keep-unit", "--console=pipe", "--machine=cctv-test",
                "--kill-signal=SIGRTMIN+3", "systemd.unit=basic.target",
            ],
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=tools.clean_environment(),
            preexec_fn=lambda: (group / "cgroup.procs").write_text(str(os.getpid())),
        )
        try:
            first = eventually("the first process", lambda: _child(process), within=20)
            made = Booted(machine, first)
            eventually("the machine is up", lambda: _is_up(made, process, log), within=60)
            yield made
        finally:
            tools.end(process, within=30)


def _child(process: subprocess.Popen) -> int | None:
    words = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = [int(word) for word in words]
    names = {each: Path(f"/proc/{each}/comm").read_text().strip() for each in found}
    return next((each for each, name in names.items() if name == "systemd"), None)


def _is_up(made: Booted, process: subprocess.Popen, log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    return made.run("systemctl", "is-system-running").out.strip() in ("running", "degraded")


@contextmanager
def _control_group() -> Iterator[Path]:
    """A control group for the machine, which is gone with it."""
    above = next(path for path in CGROUPS if (path / "cgroup.subtree_control").exists())
    group = above / f"cctv-test-{os.getpid()}"
    group.mkdir()
    try:
        yield group
    finally:
        below = sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True)
        for path in [*below, group]:
            eventually(f"{path} is empty", lambda path=path: _removed(path), within=10)


def _removed(path: Path) -> bool:
    try:
        path.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def needs_booting() -> None:
    """A container with a service manager needs systemd-nspawn and control groups of its own."""
    reason = None
    if shutil.which("systemd-nspawn") is None:
        reason = "systemd-nspawn is missing: apt install systemd-container"
    elif not any(os.access(path / "cgroup.procs", os.W_OK) for path in CGROUPS):
        reason = "no control groups (version 2) that may be changed"
    if reason:
        pytest.skip(reason)
