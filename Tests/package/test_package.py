"""The package: what is in it, and what installing, upgrading and removing it does."""

import hashlib
import json
import re
import signal
import socket
import stat
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import mp4
import tools
from fake_camera import FakeCamera
from machine import Machine
from waiting import eventually

STATE = "/var/lib/cctv"


def field(package: Path, name: str) -> str:
    """A field of the package's control file."""
    return tools.run(tools.tool("dpkg-deb"), "-f", package, name).out.strip()


def test_it_needs_the_distributions_ffmpeg_and_holds_what_belongs_to_a_program(
    package: Path, folder: Path
) -> None:
    """Libraries by their packages, pages that print, completions that their shells read."""
    needed = field(package, "Depends")
    for name in ("libavformat", "libavcodec", "libavutil", "libsqlite3-0", "libc6"):
        assert name in needed, needed
    listing = tools.run(tools.tool("dpkg-deb"), "-c", package).out
    assert all(line.split()[1] == "root/root" for line in listing.splitlines())
    tools.run(tools.tool("dpkg-deb"), "-x", package, folder / "files")
    files = folder / "files"
    assert tools.run(files / "usr/bin/cctv", "--version").status == 0
    pages = list((files / "usr/share/man/man1").glob("cctv*.1.gz"))
    assert {"cctv.1.gz", "cctv-record.1.gz", "cctv-config-set.1.gz"} <= {p.name for p in pages}
    for page in pages:
        result = tools.run(tools.tool("man"), "--warnings", "-l", "-Tutf8", page)
        assert result.status == 0 and result.err == "", f"{page.name}: {result.err}"
    completions = {
        "bash": "usr/share/bash-completion/completions/cctv",
        "zsh": "usr/share/zsh/vendor-completions/_cctv",
        "fish": "usr/share/fish/vendor_completions.d/cctv.fish",
    }
    for shell, path in completions.items():
        result = tools.run(tools.tool(shell), "-n", files / path)
        assert result.status == 0, f"{shell}: {result}"
    assert not [p for p in files.rglob("*") if p.is_file() and p.stat().st_mode & 0o6000]


def test_it_installs_for_a_user_of_its_own(machine: Machine, package: Path) -> None:
    """A user without rights, settings that nobody else reads, a service that the boot starts."""
    machine.install(package)
    assert "cctv" in machine.must("id", "cctv")
    settings = machine.path("/etc/cctv/config.json")
    group = int(machine.must("id", "-g", "cctv"))
    assert (settings.stat().st_uid, settings.stat().st_gid) == (0, group)
    assert stat.S_IMODE(settings.stat().st_mode) == 0o660
    assert stat.S_IMODE(settings.parent.stat().st_mode) == 0o2770
    secrets = machine.path("/etc/cctv/secrets.json")
    assert secrets.stat().st_uid == int(machine.must("id", "-u", "cctv"))
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert machine.path("/etc/systemd/system/multi-user.target.wants/cctv.service").is_symlink()
    assert machine.must("cctv", "--version").startswith("cctv ")
    verified = machine.run("systemd-analyze", "verify", "/lib/systemd/system/cctv.service")
    assert verified.status == 0 and "cctv.service" not in verified.err, str(verified)


def test_it_starts_without_a_camera_and_waits_for_somebody_to_set_it_up(
    machine: Machine, package: Path, folder: Path
) -> None:
    """The console answers on this machine, and asks for the first name and password."""
    machine.install(package)
    machine.path(STATE).mkdir()
    machine.must("chown", "cctv:cctv", STATE)
    shown = machine.must("cctv", "config", "show", "--config", "/etc/cctv/config.json")
    assert re.search(r"^LISTEN +default +127\.0\.0\.1:8480$", shown, re.MULTILINE), shown
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    stderr = folder / "stderr.txt"
    process = machine.start(
        "/usr/bin/cctv", "record", "--config", "/etc/cctv/config.json",
        "--listen", f"127.0.0.1:{port}", errors=stderr,
    )

    def answer(path: str) -> str | None:
        assert process.poll() is None, stderr.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
                return reply.read().decode()
        except OSError:
            return None

    try:
        eventually("the console is ready", lambda: answer("/readyz"), within=30)
        session = json.loads(answer("/api/v1/session"))
        assert session["state"] == "setup", session
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0, stderr.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_it_is_upgraded_while_it_records_and_no_final_clip_is_lost(
    machine: Machine, build: Callable[[str], Path], folder: Path, camera: FakeCamera
) -> None:
    """The old program records until the new one is there; the restart costs a second or two."""
    old, new = build("0.1.0"), build("0.1.1")
    machine.install(old)
    machine.path(STATE).mkdir()
    machine.must("chown", "cctv:cctv", STATE)
    recordings = machine.path(f"{STATE}/recordings")
    stderr = folder / "stderr.txt"

    def start() -> subprocess.Popen:
        return machine.start(
            "/usr/bin/cctv", "record", "--config", "/etc/cctv/config.json", "--rtsp-url",
            camera.url, "--video-clip-duration", 2, "--min-free-space-gb", 0, "--no-web",
            errors=stderr,
        )

    def final() -> list[Path]:
        return [clip for clip in sorted(recordings.glob("**/*.mp4")) if mp4.state(clip) == "final"]

    process = start()
    try:
        eventually("two clips are final", lambda: len(final()) >= 2, within=30)
        machine.install(new)
        assert process.poll() is None, stderr.read_text()
        during = final()
        eventually("it still records", lambda: len(final()) > len(during), within=20)
        before = {clip: clip.read_bytes() for clip in final()}
        # What `deb-systemd-invoke restart` does where a service manager runs.
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0, stderr.read_text()
        ended = set(final())
        process = start()
        eventually("the new one records", lambda: len(final()) > len(ended), within=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0, stderr.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert all(clip.read_bytes() == content for clip, content in before.items())
    assert set(final()) == set(recordings.glob("**/*.mp4")), "every clip is final"
    machine.must("cctv", "verify", f"{STATE}/recordings")
    assert field(new, "Version") == machine.must("dpkg-query", "-Wf", "${Version}", "cctv")


def test_a_changed_settings_file_outlives_an_upgrade(
    machine: Machine, build: Callable[[str], Path]
) -> None:
    """What the console or a person wrote stays, and so do its permissions."""
    machine.install(build("0.1.0"))
    settings = machine.path("/etc/cctv/config.json")
    text = '{"OUTPUT_FOLDER": "/var/lib/cctv/recordings", "AUDIO": "off"}\n'
    settings.write_text(text)
    machine.install(build("0.1.1"))
    assert settings.read_text() == text
    assert stat.S_IMODE(settings.stat().st_mode) == 0o660


def test_removing_and_purging_leave_every_recording(machine: Machine, package: Path) -> None:
    """A purge takes settings and passwords of the console; recordings are never touched."""
    machine.install(package)
    clip = machine.path(f"{STATE}/recordings/2025-02-23/2025-02-23_10-00-00.mp4")
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"a clip")
    console = machine.path(f"{STATE}/console")
    console.mkdir()
    (console / "users.json").write_text("{}")
    machine.must(
        "cctv", "config", "set", "MQTT_PASSWORD", "canary", "--config", "/etc/cctv/config.json"
    )
    secrets = machine.path("/etc/cctv/secrets.json")
    assert "canary" in secrets.read_text()
    assert secrets.stat().st_uid == int(machine.must("id", "-u", "cctv")), "root keeps the owner"
    machine.must("dpkg", "--remove", "cctv")
    assert machine.path("/etc/cctv/config.json").exists() and secrets.exists()
    assert console.exists()
    machine.must("dpkg", "--purge", "cctv")
    assert not machine.path("/etc/cctv").exists()
    assert not console.exists()
    assert clip.read_bytes() == b"a clip"
    left = machine.run("find", "/etc", "/usr", "/lib/systemd", "-name", "*cctv*").out.split()
    assert left == [], left


def test_the_service_hears_of_a_folder_that_root_has_accepted(
    machine: Machine, package: Path
) -> None:
    """Its memory of volumes is its own; root changes it and leaves the owner."""
    machine.install(package)
    memory = machine.path(f"{STATE}/volumes.json")
    memory.parent.mkdir()
    memory.write_text(json.dumps({"/srv/cctv": "former", "/srv/other": "kept"}))
    machine.must("chown", "-R", "cctv:cctv", STATE)
    machine.must("cctv", "volume", "adopt", "/srv/cctv")
    assert json.loads(memory.read_text()) == {"/srv/other": "kept"}, "it lies on the system's disk"
    assert memory.stat().st_uid == int(machine.must("id", "-u", "cctv"))


def test_a_purge_without_recordings_leaves_nothing(machine: Machine, package: Path) -> None:
    """An empty folder is no recording."""
    machine.install(package)
    machine.path(f"{STATE}/recordings").mkdir(parents=True)
    machine.must("dpkg", "--purge", "cctv")
    assert not machine.path(STATE).exists()


def test_installing_twice_changes_nothing(machine: Machine, package: Path) -> None:
    """The maintainer's scripts can be run again."""
    machine.install(package)
    listing = hashlib.sha256(machine.must("ls", "-lnR", "/etc/cctv").encode()).hexdigest()
    machine.install(package)
    assert hashlib.sha256(machine.must("ls", "-lnR", "/etc/cctv").encode()).hexdigest() == listing
