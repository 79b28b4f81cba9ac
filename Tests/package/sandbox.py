#!/usr/bin/env python3
"""Runs a program under the restrictions of a unit's file, without systemd.

usage: sandbox.py UNIT ROOT WORD...

What systemd does for the unit is done here with the same calls of the kernel: namespaces, mounts,
capabilities and filters of system calls. Only settings that stand in the unit are applied, and one
that is not known here ends the program, so that the unit cannot grow what nobody tries.
"""

import grp
import os
import pwd
import resource
import sys
from pathlib import Path

import kernel
from filters import Filters

# What is not tried, and what it would need. docs/reliability.md has the same list.
UNTRIED = {
    "ExecStart": "a service manager",
    "ExecReload": "a service manager",
    "Restart": "a service manager",
    "RestartSec": "a service manager",
    "RestartPreventExitStatus": "a service manager",
    "TimeoutStopSec": "a service manager",
    "OOMScoreAdjust": "CAP_SYS_RESOURCE, which containers lack",
    "TasksMax": "a control group",
    "DevicePolicy": "a control group",
    "RemoveIPC": "a service manager",
}
# Where a unit says `StateDirectory`, and what makes a program of it.
STATE = Path("/var/lib")


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
        kernel.mount("sysfs", "/sys", "sysfs", flags=kernel.MS_RDONLY)
    if unit.is_on("ProtectControlGroups"):
        kernel.mount("cgroup", "/sys/fs/cgroup", "cgroup2", flags=kernel.MS_RDONLY)
    if unit.is_on("ProtectKernelModules") and os.path.isdir("/usr/lib/modules"):
        kernel.mount("tmpfs", "/usr/lib/modules", "tmpfs", kernel.MS_RDONLY, "mode=000")
    if unit.is_on("ProtectKernelLogs"):
        for path in ("/proc/kmsg", "/dev/kmsg"):
            if os.path.exists(path):
                kernel.mount("/dev/null", path, flags=kernel.MS_BIND)


def prepare(unit: Unit, person: pwd.struct_passwd, group: grp.struct_group) -> None:
    """What systemd does for a process before it becomes the service's user."""
    for name in unit.values("StateDirectory"):
        folder = STATE / name
        folder.mkdir(exist_ok=True)
        folder.chmod(int(unit.values("StateDirectoryMode")[-1], 8))
        os.chown(folder, person.pw_uid, group.gr_gid)
    for setting, limit in (
        ("LimitNOFILE", resource.RLIMIT_NOFILE), ("LimitCORE", resource.RLIMIT_CORE)
    ):
        for value in unit.values(setting):
            # Root of a container may be forbidden to raise what it was given.
            most = resource.getrlimit(limit)[1]
            wanted = int(value) if most < 0 else min(int(value), most)
            resource.setrlimit(limit, (wanted, wanted))
    for value in unit.values("UMask"):
        os.umask(int(value, 8))


def main() -> None:
    unit, root, words = Unit(Path(sys.argv[1])), sys.argv[2], sys.argv[3:]
    filters = Filters(unit)
    unit.is_on("PrivateMounts")
    kernel.enter(root)
    if unit.is_on("ProtectHostname"):
        kernel.private_hostname()
    person = pwd.getpwnam(unit.values("User")[-1])
    group = grp.getgrnam(unit.values("Group")[-1])
    folder = unit.values("WorkingDirectory")[-1]
    prepare(unit, person, group)
    hide(unit, folder)
    os.setgroups([])
    os.setgid(group.gr_gid)
    os.setuid(person.pw_uid)
    if unit.is_on("PrivateUsers"):
        kernel.private_users(person.pw_uid, group.gr_gid)
    # In a new user namespace there are new capabilities to lose.
    unit.values("AmbientCapabilities")
    if unit.values("CapabilityBoundingSet") == [""]:
        kernel.drop_capabilities()
    if unit.is_on("NoNewPrivileges"):
        kernel.no_new_privileges()
    environment = {name: os.environ[name] for name in os.environ if name in ("NOTIFY_SOCKET",)}
    environment |= {"PATH": "/usr/bin", "HOME": folder, "STATE_DIRECTORY": folder}
    if unit.values("Type") == ["notify"]:
        environment["WATCHDOG_USEC"] = f"{unit.values('WatchdogSec')[-1]}000000"
    os.chdir(folder)
    if unknown := set(unit.settings) - unit.known:
        sys.exit(f"not tried: {', '.join(sorted(unknown))}")
    filters.load()
    os.execve(words[0], words, environment)


if __name__ == "__main__":
    main()
