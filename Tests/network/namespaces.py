"""Two machines on one: network namespaces joined by a cable that a test can pull or make lossy."""

import itertools
import os
import subprocess
from contextlib import ExitStack

import tools

_numbers = itertools.count(1)


class Network:
    """A camera's machine and a recorder's, each with an end of a virtual cable."""

    camera_address = "10.99.0.2"
    recorder_address = "10.99.0.1"

    def __init__(self):
        tag = f"{os.getpid() % 100_000}n{next(_numbers)}"
        self.recorder, self.camera = f"cctv-r{tag}", f"cctv-c{tag}"
        self._stack = ExitStack()
        ends = (f"r{tag}", f"c{tag}")
        for name in (self.recorder, self.camera):
            _run("ip", "netns", "add", name)
            self._stack.callback(_run, "ip", "netns", "delete", name)
            self.inside(name, "ip", "link", "set", "lo", "up")
        _run("ip", "link", "add", ends[0], "netns", self.recorder, "type", "veth",
             "peer", "name", ends[1], "netns", self.camera)
        addresses = (self.recorder_address, self.camera_address)
        for name, end, address in zip((self.recorder, self.camera), ends, addresses):
            self.inside(name, "ip", "link", "set", end, "name", "cable")
            self.inside(name, "ip", "address", "add", f"{address}/24", "dev", "cable")
            self.inside(name, "ip", "link", "set", "cable", "up")
        self.filter("add table inet faults")
        self.filter("add chain inet faults in { type filter hook input priority 0 ; }")

    @staticmethod
    def wrap(name: str, *arguments: object) -> list[str]:
        """The command line that runs a program on one of the machines."""
        return ["ip", "netns", "exec", name, *map(str, arguments)]

    def inside(self, name: str, *arguments: object) -> None:
        """Run a program on one of the machines to its end."""
        _run(*self.wrap(name, *arguments))

    def filter(self, rule: str) -> None:
        """Change what the recorder's machine lets in."""
        self.inside(self.recorder, tools.tool("nft"), rule)

    def expose(self, port: int) -> None:
        """Let a server that listens on the camera's own loopback be reached under `port`."""
        for device in ("cable", "lo"):
            self.inside(self.camera, "sysctl", "-qw", f"net.ipv4.conf.{device}.route_localnet=1")
        nft = tools.tool("nft")
        self.inside(self.camera, nft, "add table ip expose")
        self.inside(
            self.camera, nft,
            "add chain ip expose in { type nat hook prerouting priority -100 ; }")
        self.inside(
            self.camera, nft, f"add rule ip expose in tcp dport {port} dnat to 127.0.0.1:{port}")

    def silence(self) -> None:
        """Everything that the camera sends gets lost from now on; nobody is told."""
        self.filter(f"add rule inet faults in ip saddr {self.camera_address} drop")

    def lose(self, percent: int) -> None:
        """So many of a hundred packets of the camera get lost."""
        self.filter(
            f"add rule inet faults in ip saddr {self.camera_address} "
            f"numgen random mod 100 lt {percent} drop")

    def heal(self) -> None:
        """Let everything through again."""
        self.filter("flush chain inet faults in")

    def pull(self) -> None:
        """Pull the cable out of the camera."""
        self.inside(self.camera, "ip", "link", "set", "cable", "down")

    def plug(self) -> None:
        """Plug it in again."""
        self.inside(self.camera, "ip", "link", "set", "cable", "up")

    def close(self) -> None:
        """Take everything away."""
        self._stack.close()


def why_not() -> str | None:
    """Why there can be no such network here; nil if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    try:
        network = Network()
    except (AssertionError, subprocess.SubprocessError) as error:
        return f"no network namespaces with nft: {error}"
    try:
        network.lose(1)
        network.expose(1)
    except AssertionError as error:
        return f"nft cannot drop at random or redirect: {error}"
    finally:
        network.close()
    return None


def _run(*arguments: object) -> None:
    program, *rest = arguments
    result = tools.run(tools.tool(str(program)), *rest)
    assert result.status == 0, f"{' '.join(map(str, arguments))}: {result.err.strip()}"
