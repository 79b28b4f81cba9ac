#!/usr/bin/env python3
"""Runs a program under the restrictions of a unit's file, without systemd.

usage: sandbox.py UNIT ROOT USER DIRECTORY WORD...

What systemd does for the unit is done here with the same calls of the kernel: namespaces, mounts,
capabilities and filters of system calls. Only settings that stand in the unit are applied, and one
that is not known here ends the program, so that the unit cannot grow what nobody tries.
"""

import os
import pwd
import sys
from pathlib import Path

import kernel
from filters import Filters

# What needs the service manager itself, or its control groups.
UNTRIED = {
    "Type", "ExecStart", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus",
    "WatchdogSec", "TimeoutStopSec", "OOMScoreAdjust", "LimitNOFILE", "LimitCORE", "TasksMax",
    "User", "Group", "UMask", "WorkingDirectory", "StateDirectory", "StateDirectoryMode",
    "DevicePolicy", "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs",
    "ProtectKernelModules", "RemoveIPC", "SystemCallArchitectures",
}


class Unit:
    """The settings of the section [Service], each with its values in their order."""

    def __init__(self, path: Path):
        self.settings: dict[str, list[str]] = {}
        section = ""
        for line in path.read_text().splitlines():
            if line.startswith("["):
                section = line
            elif section == "[Service]" and "=" in line and not line.startswith("#"):
                name, _, value = line.partition("=")
                self.settings.setdefault(name, []).append(value)
        self.known = set(UNTRIED)

    def values(self, name: str) -> list[str]:
        """All values of a setting, which is known from now on."""
        self.known.add(name)
        return self.settings.get(name, [])

    def is_on(self, name: str) -> bool:
        """Whether a setting is there and is no `no`."""
        return any(value not in ("no", "false") for value in self.values(name))


def hide(unit: Unit, state: str) -> None:
    """The file system as the service sees it."""
    if unit.is_on("PrivateTmp"):
        for path in ("/tmp", "/var/tmp"):
            kernel.mount("tmpfs", path, "tmpfs")
    if unit.is_on("ProtectHome"):
        for path in ("/home", "/root"):
            kernel.mount("tmpfs", path, "tmpfs", data="mode=000")
    if unit.values("ProtectProc"):
        kernel.mount("proc", "/proc", "proc", data=f"hidepid={unit.values('ProtectProc')[-1]}")
    if unit.is_on("PrivateDevices"):
        kernel.private_devices()
    writable = [state] + [path for value in unit.values("ReadWritePaths") for path in value.split()]
    if unit.values("ProtectSystem") == ["strict"]:
        kernel.read_only_except(writable)
    if unit.is_on("ProtectKernelTunables"):
        kernel.mount("/proc/sys", "/proc/sys", flags=kernel.MS_BIND)
        kernel.read_only("/proc/sys")


def main() -> None:
    unit, root, user, folder = Unit(Path(sys.argv[1])), *sys.argv[2:5]
    words = sys.argv[5:]
    filters = Filters(unit)
    unit.is_on("PrivateMounts")
    kernel.enter(root)
    person = pwd.getpwnam(user)
    hide(unit, folder)
    os.setgroups([])
    os.setgid(person.pw_gid)
    os.setuid(person.pw_uid)
    if unit.is_on("PrivateUsers"):
        kernel.private_users(person.pw_uid, person.pw_gid)
    # In a new user namespace there are new capabilities to lose.
    unit.values("AmbientCapabilities")
    if unit.values("CapabilityBoundingSet") == [""]:
        kernel.drop_capabilities()
    if unit.is_on("NoNewPrivileges"):
        kernel.no_new_privileges()
    os.chdir(folder)
    if unknown := set(unit.settings) - unit.known:
        sys.exit(f"not tried: {', '.join(sorted(unknown))}")
    filters.load()
    environment = {name: os.environ[name] for name in os.environ if name in ("NOTIFY_SOCKET",)}
    environment |= {"PATH": "/usr/bin", "HOME": folder, "STATE_DIRECTORY": folder}
    os.execve(words[0], words, environment | {"WATCHDOG_USEC": "30000000"})


if __name__ == "__main__":
    main()
