"""The unit's restrictions: what systemd says of them, and what a program can do under them."""

import re
import resource
import time

import pytest
import tools
from booted import Booted

UNIT = tools.ROOT / "Packaging/cctv.service"
# What makes the recorder's unit one that runs a program once.
ONCE = re.compile(r"^(Type|ExecStart|ExecReload|Restart\w*|WatchdogSec)=.*\n", re.MULTILINE)


def test_systemd_finds_little_that_the_service_could_do() -> None:
    """1.5 of 10, and no setting that this systemd does not know."""
    result = tools.run(
        tools.tool("systemd-analyze"), "security", "--offline=yes", "--no-pager", UNIT
    )
    exposure = re.search(r"Overall exposure level for cctv.service: ([0-9.]+)", result.out)
    assert exposure, str(result)
    assert float(exposure[1]) <= 1.5, result.out
    assert "Unknown" not in result.err, result.err


def under_the_unit(system: Booted, command: str) -> tuple[int, str]:
    """Run a shell's command with all that the unit says; returns its status and what it said."""
    name = f"probe-{time.monotonic_ns()}"
    once = ONCE.sub("", UNIT.read_text())
    once = once.replace("[Service]\n", f"[Service]\nType=oneshot\nExecStart=/bin/sh -c '{command}'\n")
    system.machine.path(f"/etc/systemd/system/{name}.service").write_text(once)
    system.must("systemctl", "daemon-reload")
    system.run("systemctl", "start", name)
    status = system.must("systemctl", "show", "--value", "--property=ExecMainStatus", name)
    system.must("journalctl", "--sync")
    said = system.must("journalctl", "--no-pager", "--output=cat", f"_SYSTEMD_UNIT={name}.service")
    return int(status), said


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("touch /etc/cctv/new && rm /etc/cctv/new", None),
        ("touch /usr/new", "Read-only file system"),
        ("ls /home/", "Permission denied"),
        ("ls /root/", "Permission denied"),
        ("unshare --user true", "Operation not permitted"),
        ("date -s @0", "Operation not permitted"),
        ("ls /proc/1/", "No such file or directory"),
        ("ls /dev/mem", "No such file or directory"),
        ("hostname another", "you must be root"),
        ("dmesg", "Operation not permitted"),
        ("ls /usr/lib/modules/", "Permission denied"),
        ("mkdir /sys/fs/cgroup/new", "Read-only file system"),
        ("chmod 4755 /var/lib/cctv", "Operation not permitted"),
        ("chrt -f 1 true", "Operation not permitted"),
    ],
)
def test_under_the_unit_a_program_can_do_little(
    system: Booted, command: str, told: str | None
) -> None:
    """Nothing but write into its own folders; whatever takes over the recorder can do no more."""
    # A container's system has no kernel of its own.
    system.machine.path("/usr/lib/modules").mkdir(exist_ok=True)
    status, said = under_the_unit(system, command)
    assert (told or "") in said, said
    assert (status == 0) == (told is None), said


def test_limits_folder_and_mask_are_the_units(system: Booted) -> None:
    """No core dumps, many files, and what it writes is for its group at most."""
    status, said = under_the_unit(
        system, "ulimit -n; ulimit -c; umask; pwd; stat --format=%%a,%%U .")
    assert status == 0, said
    # A container may not go above what it was given itself.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = 65536 if most < 0 else min(65536, most)
    assert said.split() == [f"{files}", "0", "0027", "/var/lib/cctv", "750,cctv"]
