"""The filters of system calls that systemd makes of a unit, made with libseccomp as it does."""

import ctypes
import ctypes.util
import errno
import re
import socket
import subprocess

ALLOW, TRAP_ERROR = 0x7FFF0000, 0x00050000
NOT_EQUAL, EQUAL, MASKED = 1, 4, 7
PROT_WRITE, PROT_EXEC = 2, 4
NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
SET_ID_BITS = (0o4000, 0o2000)
REALTIME = (1, 2, 6)
FAMILIES = 46
# Calls that a setting takes away as a whole.
DENIED = {
    "ProtectHostname": ("sethostname", "setdomainname"),
    "ProtectKernelLogs": ("syslog",),
    "ProtectKernelModules": ("init_module", "finit_module", "delete_module"),
}

_library = ctypes.CDLL(ctypes.util.find_library("seccomp"))
_library.seccomp_init.restype = ctypes.c_void_p


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint), ("operation", ctypes.c_int),
        ("a", ctypes.c_uint64), ("b", ctypes.c_uint64),
    ]


def groups() -> dict[str, list[str]]:
    """systemd's own groups of system calls."""
    text = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter"], check=True, capture_output=True, text=True
    ).stdout
    found: dict[str, list[str]] = {}
    members: list[str] = []
    for line in text.splitlines():
        if re.match(r"^@[a-z-]+$", line):
            members = found.setdefault(line, [])
        elif re.match(r"^\s+[@a-z0-9_]", line):
            members.append(line.strip())
    return found


class Filters:
    """What a unit allows; made before the file system is hidden, loaded after."""

    def __init__(self, unit):
        self._filters: list[tuple[int, list]] = []
        assert unit.values("SystemCallArchitectures") == ["native"]
        known = groups()
        allowed: set[str] = set()
        for value in unit.values("SystemCallFilter"):
            names = set()
            for word in value.removeprefix("~").split():
                names |= self._expand(word, known)
            allowed = allowed - names if value.startswith("~") else allowed | names
        code = getattr(errno, unit.values("SystemCallErrorNumber")[-1])
        denied = self._denied(unit)
        self._filters.append((ALLOW, denied))
        # What systemd always allows, and the call that loads a filter is made once more.
        rules = [(name, ALLOW, []) for name in sorted(allowed | self._expand("@default", known))]
        self._filters.append((TRAP_ERROR | code, rules))

    def _expand(self, word: str, known: dict[str, list[str]]) -> set[str]:
        if not word.startswith("@"):
            return {word}
        return set().union(*(self._expand(each, known) for each in known[word]))

    def _denied(self, unit) -> list:
        forbidden = TRAP_ERROR | errno.EPERM
        rules = []

        def deny(name: str, argument: int, bits: int, action: int = forbidden) -> None:
            rules.append((name, action, [(argument, MASKED, bits, bits)]))

        if unit.is_on("MemoryDenyWriteExecute"):
            deny("mmap", 2, PROT_WRITE | PROT_EXEC)
            deny("mprotect", 2, PROT_EXEC)
            deny("pkey_mprotect", 2, PROT_EXEC)
        if unit.is_on("RestrictNamespaces"):
            for flag in NAMESPACES:
                deny("clone", 0, flag)
                deny("unshare", 0, flag)
            rules.append(("clone3", TRAP_ERROR | errno.ENOSYS, []))
            rules.append(("setns", forbidden, []))
        if unit.is_on("RestrictSUIDSGID"):
            for bit in SET_ID_BITS:
                for name, argument in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1)):
                    deny(name, argument, bit)
                deny("openat", 3, bit)
        if unit.is_on("RestrictRealtime"):
            for policy in REALTIME:
                rules.append(("sched_setscheduler", forbidden, [(1, EQUAL, policy, 0)]))
        for setting, names in DENIED.items():
            if unit.is_on(setting):
                rules += [(name, forbidden, []) for name in names]
        if unit.is_on("LockPersonality"):
            rules.append(("personality", forbidden, [(0, NOT_EQUAL, 0, 0)]))
        families = {
            int(getattr(socket, name)) if hasattr(socket, name) else 16
            for value in unit.values("RestrictAddressFamilies") for name in value.split()
        }
        for family in set(range(FAMILIES)) - families if families else ():
            action = TRAP_ERROR | errno.EAFNOSUPPORT
            rules.append(("socket", action, [(0, EQUAL, family, 0)]))
        return rules

    def load(self) -> None:
        """Load them; the one that names what is allowed comes last.

        libseccomp's filters know the native architecture and end whoever calls by another one.
        """
        for default, rules in self._filters:
            context = ctypes.c_void_p(_library.seccomp_init(ctypes.c_uint32(default)))
            for name, action, comparisons in rules:
                number = _library.seccomp_syscall_resolve_name(name.encode())
                if number < 0:
                    continue
                array = (_Comparison * len(comparisons))(*comparisons)
                status = _library.seccomp_rule_add_array(
                    context, ctypes.c_uint32(action), number, len(comparisons), array
                )
                assert status == 0, f"{name}: {status}"
            status = _library.seccomp_load(context)
            assert status == 0, f"seccomp_load: {status}"
