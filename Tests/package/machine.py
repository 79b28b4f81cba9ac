"""A machine to install packages on: this one's system, with all changes in memory."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tools


class Machine:
    """The root of a system whose disk is this machine's below and a layer of its own above.

    Its `dpkg` is the real one and knows the real packages; `/run` and `/tmp` are empty, and no
    service manager runs.
    """

    def __init__(self, folder: Path):
        self._layer = folder / "layer"
        self.root = folder / "root"
        self._inside: list[Path] = []

    @contextmanager
    def mounted(self) -> Iterator["Machine"]:
        """Put it together, and take it apart at the end."""
        self._layer.mkdir()
        self.root.mkdir()
        mounted: list[Path] = []

        def mount(*words: object, to: Path) -> None:
            _mount(*words, to=to)
            mounted.append(to)

        try:
            mount("-t", "tmpfs", "layer", to=self._layer)
            upper, work = self._layer / "upper", self._layer / "work"
            upper.mkdir()
            work.mkdir()
            options = f"lowerdir=/,upperdir={upper},workdir={work}"
            mount("-t", "overlay", "overlay", "-o", options, to=self.root)
            self._mount_inside()
            yield self
        finally:
            self._unmount_inside()
            for path in reversed(mounted):
                tools.run(tools.tool("umount"), "--lazy", path)

    @contextmanager
    def unmounted(self) -> Iterator[None]:
        """Leave to a service manager what it mounts itself."""
        self._unmount_inside()
        try:
            yield
        finally:
            self._mount_inside()

    def _mount_inside(self) -> None:
        for name, words in (
            ("proc", ("-t", "proc", "proc")), ("dev", ("--bind", "/dev")),
            ("run", ("-t", "tmpfs", "run", "-o", "mode=1777")),
            ("tmp", ("-t", "tmpfs", "tmp", "-o", "mode=1777")),
        ):
            _mount(*words, to=self.root / name)
            self._inside.append(self.root / name)

    def _unmount_inside(self) -> None:
        while self._inside:
            tools.run(tools.tool("umount"), "--lazy", self._inside.pop())

    def path(self, name: str) -> Path:
        """A file of the machine, as it is seen from outside."""
        return self.root / name.lstrip("/")

    def run(self, *words: object, **options: object) -> tools.Result:
        """Run a program of the machine as its root."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LC_ALL": "C"}
        return tools.run(
            tools.tool("chroot"), self.root, *words, **({"env": environment, "within": 120} | options)
        )

    def must(self, *words: object) -> str:
        """Run a program that has to end well, and return what it said."""
        result = self.run(*words)
        assert result.status == 0, f"{words}: {result}"
        return result.out

    def start(self, *words: object, errors: Path, **environment: str) -> subprocess.Popen:
        """Start the package's program as the user of its service."""
        with errors.open("a") as stream:
            return subprocess.Popen(
                [
                    tools.tool("chroot"), "--userspec=cctv:cctv", str(self.root), "/usr/bin/env",
                    "--chdir=/var/lib/cctv", "--", *map(str, words),
                ],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
                env={"PATH": "/usr/bin", "HOME": "/var/lib/cctv"} | environment,
            )

    def install(self, package: Path) -> None:
        """Install or upgrade a package."""
        inside = self.path("/tmp") / package.name
        inside.write_bytes(package.read_bytes())
        self.must("dpkg", "--force-unsafe-io", "--force-confdef", "-i", f"/tmp/{package.name}")


def _mount(*words: object, to: Path) -> None:
    result = tools.run(tools.tool("mount"), *words, to)
    assert result.status == 0, str(result)
