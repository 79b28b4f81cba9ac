"""`cctv service install` of a program that was built from source, as root of a machine."""

import json
import shutil
import stat

import tools
from machine import Machine

UNIT = "/etc/systemd/system/cctv.service"
# Stands in for systemctl and writes down how it was called: no service manager runs here.
RECORDING_SYSTEMCTL = "#!/bin/sh\necho \"$@\" >>/run/systemctl.log\n"


def prepared(machine: Machine, program: str = "/usr/local/bin/cctv") -> list[str]:
    """A machine with the program and a service manager that only listens; returns the program."""
    shutil.copy(tools.CCTV, machine.path(program))
    machine.path("/run/systemd/system").mkdir(parents=True)
    systemctl = machine.path("/usr/local/bin/systemctl")
    systemctl.write_text(RECORDING_SYSTEMCTL)
    systemctl.chmod(0o755)
    return [program, "service"]


def calls(machine: Machine) -> list[str]:
    """How systemctl was called since the last look."""
    path = machine.path("/run/systemctl.log")
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def test_it_installs_enables_and_removes_the_service(machine: Machine) -> None:
    """The package's unit with another path, a user, settings; the second time nothing is written."""
    service = prepared(machine)
    said = machine.must(*service, "install")
    packaged = (tools.ROOT / "Packaging/cctv.service").read_text()
    unit = machine.path(UNIT).read_text()
    assert unit == packaged.replace("/usr/bin/cctv", "/usr/local/bin/cctv")
    assert calls(machine) == ["daemon-reload", "enable --quiet cctv", "restart cctv"]
    assert f"wrote {UNIT}" in said
    settings = machine.path("/etc/cctv/config.json")
    assert json.loads(settings.read_text()) == {"OUTPUT_FOLDER": "/var/lib/cctv/recordings"}
    assert stat.S_IMODE(settings.stat().st_mode) == 0o660
    assert settings.stat().st_gid == int(machine.must("id", "-g", "cctv"))
    secrets = machine.path("/etc/cctv/secrets.json")
    assert secrets.stat().st_uid == int(machine.must("id", "-u", "cctv"))
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600

    settings.write_text('{"OUTPUT_FOLDER": "/srv/cctv"}')
    said = machine.must(*service, "install")
    unit = machine.path(UNIT).read_text()
    assert "RequiresMountsFor=/srv/cctv" in unit and "ReadWritePaths=/etc/cctv /srv/cctv" in unit
    calls(machine)
    assert "wrote" not in machine.must(*service, "install")
    assert calls(machine) == ["daemon-reload", "enable --quiet cctv", "start cctv"]

    clip = machine.path("/srv/cctv/clip.mp4")
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"a clip")
    machine.must(*service, "uninstall")
    assert calls(machine) == ["disable --now --quiet cctv", "daemon-reload"]
    assert not machine.path(UNIT).exists()
    assert settings.exists() and clip.exists()
    assert "no service is installed" in machine.must(*service, "uninstall")


def test_a_program_that_the_service_could_not_see_is_refused(machine: Machine) -> None:
    """Everything below /root, /home and /tmp is hidden from the service."""
    service = prepared(machine, "/root/cctv")
    result = machine.run(*service, "install")
    assert result.status == 64
    assert "/usr/local/bin" in result.err
    assert not machine.path(UNIT).exists()


def test_without_root_it_says_what_to_do(machine: Machine) -> None:
    """Nothing is half done."""
    service = prepared(machine)
    result = machine.run("setpriv", "--reuid", "1234", "--clear-groups", *service, "install")
    assert result.status == 77
    assert "sudo" in result.err and "--user" in result.err
    assert not machine.path(UNIT).exists()
