"""The unit's restrictions: what systemd says of them, and the program that runs under them."""

import http.client
import json
import re
import resource
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import mp4
import needs
import pytest
import sandbox
import tools
from machine import Machine
from waiting import eventually

UNIT = tools.ROOT / "Packaging/cctv.service"
HERE = Path(__file__).parent


def test_systemd_finds_little_that_the_service_could_do() -> None:
    """1.5 of 10, and no setting that this systemd does not know."""
    result = tools.run(
        tools.tool("systemd-analyze"), "security", "--offline=yes", "--no-pager", UNIT
    )
    exposure = re.search(r"Overall exposure level for cctv.service: ([0-9.]+)", result.out)
    assert exposure, str(result)
    assert float(exposure[1]) <= 1.5, result.out
    assert "Unknown" not in result.err, result.err


def test_it_records_under_the_sandbox(machine: Machine, package: Path, folder: Path) -> None:
    """Clips, index, ledger, boot and clock: everything works as it does without a sandbox."""
    machine.install(package)
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(f"\0cctv-sandbox-{machine.root}")
    manager.settimeout(20)
    with socket.create_server(("127.0.0.1", 0)) as free:
        console = f"127.0.0.1:{free.getsockname()[1]}"
    stderr = folder / "stderr.txt"
    with stderr.open("w") as stream:
        process = subprocess.Popen(
            [
                sys.executable, "-B", HERE / "sandbox.py", UNIT, machine.root,
                "/usr/bin/cctv", "demo", "--config", "/etc/cctv/config.json",
                "--video-clip-duration", "3", "--min-free-space-gb", "0", "--listen", console,
            ],
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
            env=tools.clean_environment(NOTIFY_SOCKET=f"@cctv-sandbox-{machine.root}"),
        )
    recordings = machine.path("/var/lib/cctv/recordings")
    try:
        def told(line: str) -> None:
            while line not in manager.recv(4096).decode().split("\n"):
                assert process.poll() is None, stderr.read_text()

        told("READY=1")
        told("STATUS=recording 1 of 1 camera")
        told("WATCHDOG=1")
        eventually(
            "three clips are there", lambda: len(list(recordings.glob("**/*.mp4"))) >= 3, within=30
        )
        with urllib.request.urlopen(f"http://{console}/readyz", timeout=10) as reply:
            assert reply.status == 200
        picture = asked(recordings / ".cctv/control.sock", "/api/v1/cameras/camera/picture")
        assert picture.startswith(b"\xff\xd8"), picture[:200]
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, status
        assert re.search(r"^CapBnd:\t0+$", status, re.MULTILINE), status
        process.terminate()
        assert process.wait(10) == 0, stderr.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    lines = (recordings / "cctv_recorder_log.json").read_text().splitlines()
    troubles = [line for line in map(json.loads, lines) if line["level"] in ("WARNING", "ERROR")]
    assert troubles == []
    clips = sorted(recordings.glob("**/*.mp4"))
    assert all(mp4.state(clip) == "final" for clip in clips)
    machine.must("/usr/bin/cctv", "verify", "/var/lib/cctv/recordings")
    assert (recordings / ".cctv/index.sqlite").exists()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
    # The boot's number tells to which start of the machine a clip's times belong.
    assert bytes.fromhex(boot) in clips[0].read_bytes()[:4096]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["/usr/bin/touch", "/etc/new"], "Read-only file system"),
        (["/usr/bin/touch", "/var/lib/cctv/new"], ""),
        (["/usr/bin/ls", "/home/"], "Permission denied"),
        (["/usr/bin/unshare", "-U", "true"], "Operation not permitted"),
        (["/usr/bin/date", "-s", "@0"], "Operation not permitted"),
        (["/usr/bin/ls", "/proc/1/"], "No such file or directory"),
        (["/usr/bin/test", "-e", "/dev/mem"], ""),
        (["/usr/bin/hostname", "another"], "you must be root"),
        (["/usr/bin/dmesg"], "Operation not permitted"),
        (["/usr/bin/ls", "/usr/lib/modules/"], "Permission denied"),
        (["/usr/bin/mkdir", "/sys/fs/cgroup/new"], "Read-only file system"),
        (["/usr/bin/chmod", "4755", "/var/lib/cctv"], "Operation not permitted"),
        (["/usr/bin/chrt", "-f", "1", "true"], "Operation not permitted"),
    ],
)
def test_the_sandbox_of_these_tests_holds(
    machine: Machine, package: Path, words: list[str], told: str
) -> None:
    """The restrictions are really there, or the test above says nothing."""
    machine.install(package)
    # A container's system has no kernel of its own.
    machine.path("/usr/lib/modules").mkdir(exist_ok=True)
    result = inside(machine, *words)
    assert told in result.err, str(result)
    assert (result.status == 0) == (told == "" and "/dev/mem" not in words), str(result)


def test_limits_folder_and_mask_are_the_units(machine: Machine, package: Path) -> None:
    """What systemd sets before the program begins."""
    machine.install(package)
    shown = inside(
        machine, "/bin/sh", "-c",
        "ulimit -n; ulimit -c; umask; pwd; stat -c '%a %U' .")
    assert shown.status == 0, str(shown)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = 65536 if most < 0 else min(65536, most)
    assert shown.out.split() == [
        f"{files}", "0", "0027", "/var/lib/cctv", "750", "cctv"], shown.out


def test_calls_of_another_architecture_end_the_program(
    machine: Machine, package: Path, folder: Path
) -> None:
    """A filter for 64-bit calls only would let the same calls through as 32-bit ones."""
    source, program = folder / "call.c", machine.path("/usr/bin/call-32")
    # getpid of a 32-bit system, by the way in that such programs take.
    source.write_text('int main(void) { int n = 20; __asm__ volatile("int $0x80" : "+a"(n)); return 0; }\n')
    built = tools.run(needs.compiler(), "-o", program, source)
    assert built.status == 0, str(built)
    if machine.run("/usr/bin/call-32").status != 0:
        pytest.skip("this kernel takes no 32-bit calls from anybody")
    machine.install(package)
    assert inside(machine, "/usr/bin/call-32").status == -signal.SIGSYS


def test_the_page_lists_what_is_not_tried() -> None:
    """docs/reliability.md tells which lines of the unit nobody has tried, and why."""
    page = (tools.ROOT / "docs/reliability.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)=` \| needs (.*) \|$", page, re.MULTILINE))
    assert rows == {name: why for name, why in sandbox.UNTRIED.items()}
    unit = UNIT.read_text()
    assert all(f"\n{name}=" in unit for name in rows)


def asked(path: Path, target: str) -> bytes:
    """What the console answers to the owner of its socket, who needs no login."""
    connection = http.client.HTTPConnection("localhost", timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", target)
    return connection.getresponse().read()


def inside(machine: Machine, *words: object) -> tools.Result:
    """Run a program of the machine under the unit's restrictions."""
    return tools.run(sys.executable, "-B", HERE / "sandbox.py", UNIT, machine.root, *words)
