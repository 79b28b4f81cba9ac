"""The package under a real service manager, with every restriction of its unit in force."""

import json
import shutil
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import mp4
import pytest
import tools
from booted import Booted
from fake_camera import FakeCamera
from waiting import eventually

RECORDINGS = "/var/lib/cctv/recordings"


@pytest.fixture
def recorder(system: Booted, camera: FakeCamera) -> Iterator[Booted]:
    """The service, recording a camera in clips of two seconds."""
    configure(system, RTSP_URL=camera.url, VIDEO_CLIP_DURATION=2, MIN_FREE_SPACE_GB=0)
    system.must("systemctl", "start", "cctv")
    eventually("two clips are final", lambda: len(final(system)) >= 2, within=40)
    yield system
    system.must("systemctl", "stop", "cctv")


def configure(system: Booted, **settings: object) -> int:
    """Write the service's settings; returns the port of its console."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = system.machine.path("/etc/cctv/config.json")
    path.write_text(
        json.dumps({"OUTPUT_FOLDER": RECORDINGS, "LISTEN": f"127.0.0.1:{port}"} | settings))
    return port


def clips(system: Booted) -> list[Path]:
    return sorted(system.machine.path(RECORDINGS).glob("**/*.mp4"))


def final(system: Booted) -> list[Path]:
    return [clip for clip in clips(system) if mp4.state(clip) == "final"]


def main(system: Booted) -> int:
    return int(system.show("MainPID"))


def test_started_by_systemd_it_waits_for_somebody_to_set_it_up(system: Booted) -> None:
    """`systemctl start` returns when it is ready, and not before."""
    port = configure(system)
    system.must("systemctl", "start", "cctv")
    assert system.show("ActiveState") == "active"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/session", timeout=5) as reply:
        assert json.loads(reply.read())["state"] == "setup"
    system.must("systemctl", "stop", "cctv")
    assert system.show("Result") == "success"


def test_it_records_with_every_restriction_in_force(recorder: Booted) -> None:
    """No right, nothing to write but its own folders, and a filter on its system calls."""
    status = dict(
        line.split(":\t", 1)
        for line in recorder.must("cat", f"/proc/{main(recorder)}/status").splitlines()
        if ":\t" in line
    )
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    mounts = recorder.must("cat", f"/proc/{main(recorder)}/mounts").splitlines()
    options = {words[1]: words[3].split(",") for words in map(str.split, mounts)}
    assert "ro" in options["/"] and "rw" in options["/var/lib/cctv"]
    recorder.must("cctv", "verify", RECORDINGS)
    folder = recorder.machine.path(RECORDINGS)
    assert (folder / ".cctv/index.sqlite").exists()
    lines = map(json.loads, (folder / "cctv_recorder_log.json").read_text().splitlines())
    assert [line for line in lines if line["level"] in ("WARNING", "ERROR")] == []
    # The boot's number tells to which start of the machine a clip's times belong.
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
    assert bytes.fromhex(boot) in final(recorder)[0].read_bytes()[:4096]
    eventually("it says what it does", lambda: "ecord" in recorder.show("StatusText"), within=10)


def test_killed_it_is_started_again_and_loses_no_final_clip(recorder: Booted) -> None:
    """Restart=always, and the clip that was open is made final by the next start."""
    before = {clip: clip.read_bytes() for clip in final(recorder)}
    restarts = int(recorder.show("NRestarts"))
    recorder.must("kill", "-KILL", main(recorder))
    eventually("it is started again", lambda: int(recorder.show("NRestarts")) > restarts, within=20)
    eventually("it records", lambda: len(final(recorder)) > len(before) + 1, within=40)
    assert all(clip.read_bytes() == content for clip, content in before.items())
    recorder.must("systemctl", "stop", "cctv")
    assert set(final(recorder)) == set(clips(recorder))
    recorder.must("cctv", "verify", RECORDINGS)


def test_one_that_hangs_is_ended_by_the_watchdog_and_started_again(recorder: Booted) -> None:
    """The service manager hears from it only while it goes on."""
    drop_in = recorder.machine.path("/etc/systemd/system/cctv.service.d/quick.conf")
    drop_in.parent.mkdir(exist_ok=True)
    drop_in.write_text("[Service]\nWatchdogSec=6\nTimeoutAbortSec=2\n")
    recorder.must("systemctl", "daemon-reload")
    recorder.must("systemctl", "restart", "cctv")
    known, restarts = len(final(recorder)), int(recorder.show("NRestarts"))
    eventually("it records", lambda: len(final(recorder)) > known, within=40)
    recorder.must("kill", "-STOP", main(recorder))
    eventually("it is started again", lambda: int(recorder.show("NRestarts")) > restarts, within=30)
    assert "watchdog" in recorder.journal().lower()
    known = len(final(recorder))
    eventually("it records again", lambda: len(final(recorder)) > known + 1, within=40)
    drop_in.unlink()
    recorder.must("systemctl", "daemon-reload")


def test_reloaded_it_takes_what_was_changed_and_goes_on(
    recorder: Booted, camera: FakeCamera
) -> None:
    """`systemctl reload` is the same process with the new settings."""
    process = main(recorder)
    cameras = [{"NAME": name, "RTSP_URL": camera.url} for name in ("yard", "gate")]
    configure(recorder, CAMERAS=cameras, VIDEO_CLIP_DURATION=2, MIN_FREE_SPACE_GB=0)
    recorder.must("systemctl", "reload", "cctv")
    eventually(
        "the new camera is recorded",
        lambda: any("gate" in clip.parts for clip in final(recorder)), within=40,
    )
    assert main(recorder) == process and recorder.show("ActiveState") == "active"


def test_a_user_installs_it_for_themselves(system: Booted, camera: FakeCamera) -> None:
    """`cctv service install --user` under the user's own service manager, without root."""
    shutil.copy(tools.CCTV, system.machine.path("/usr/local/bin/cctv"))
    system.must("useradd", "--create-home", "watcher")
    number = system.must("id", "-u", "watcher")
    system.must("systemctl", "start", f"user@{number}")

    def must(*words: object) -> str:
        return system.must(
            "setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "/usr/bin/env",
            f"XDG_RUNTIME_DIR=/run/user/{number}", "HOME=/home/watcher", *words,
        )

    def show(name: str) -> str:
        return must("systemctl", "--user", "show", "--value", f"--property={name}", "cctv")

    must("/usr/local/bin/cctv", "service", "install", "--user")
    assert show("ActiveState") == "active"
    settings = next(system.machine.path("/home/watcher/.config").glob("**/config.json"))
    values = json.loads(settings.read_text())
    settings.write_text(json.dumps(values | {
        "RTSP_URL": camera.url, "VIDEO_CLIP_DURATION": 2, "MIN_FREE_SPACE_GB": 0, "WEB": False,
    }))
    must("systemctl", "--user", "restart", "cctv")
    recordings = system.machine.path(values["OUTPUT_FOLDER"])
    eventually("a clip", lambda: any(recordings.glob("**/*.mp4")), within=40)
    must("kill", "-KILL", show("MainPID"))
    eventually("it is started again", lambda: show("NRestarts") == "1", within=20)
    must("/usr/local/bin/cctv", "service", "uninstall", "--user")
    assert show("ActiveState") == "inactive"
    assert all(mp4.state(clip) == "final" for clip in recordings.glob("**/*.mp4"))
    system.must("systemctl", "stop", f"user@{number}")


def test_an_upgrade_restarts_it_and_loses_no_final_clip(
    recorder: Booted, build: Callable[[str], Path]
) -> None:
    """The package's own scripts do it, as on anybody's machine."""
    process, before = main(recorder), {clip: clip.read_bytes() for clip in final(recorder)}
    recorder.install(build("0.1.1"))
    assert main(recorder) not in (0, process), "the new program runs"
    eventually("it records", lambda: len(final(recorder)) > len(before) + 1, within=40)
    assert all(clip.read_bytes() == content for clip, content in before.items())
    recorder.must("systemctl", "stop", "cctv")
    assert set(final(recorder)) == set(clips(recorder))
    recorder.must("cctv", "verify", RECORDINGS)
