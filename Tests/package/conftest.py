"""What the tests of the package share: a package of the built program, and a machine for it."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "storage"))

import needs
import tools
from booted import Booted, booted, needs_booting
from fake_camera import FakeCamera
from machine import Machine


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Builds the package as `make deb` does, with a version of its own."""
    folder = tmp_path_factory.mktemp("package")

    def make(version: str) -> Path:
        kept = {"CCTV_SHLIBDEPS": os.environ.get("CCTV_SHLIBDEPS", "")}
        # Packing costs more than all the tests, and says nothing about the package.
        environment = tools.clean_environment(
            CCTV_DEB_VERSION=version, DPKG_DEB_COMPRESSOR_TYPE="none", **kept
        )
        result = tools.run(
            tools.ROOT / "Packaging/deb", tools.CCTV, folder, env=environment, within=300
        )
        assert result.status == 0, str(result)
        return next(folder.glob(f"cctv_{version}_*.deb"))

    return make


@pytest.fixture(scope="session")
def package(build: Callable[[str], Path]) -> Path:
    """The package."""
    return build("0.1.0")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of one test that everybody may enter, as the service's user has to."""
    path = Path(tempfile.mkdtemp(prefix="cctv-package-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def machine(folder: Path) -> Iterator[Machine]:
    """A machine without the package."""
    needs.mounting()
    with Machine(folder).mounted() as made:
        yield made


@pytest.fixture(scope="session")
def system(build: Callable[[str], Path]) -> Iterator[Booted]:
    """A booted machine with the package, whose service nobody has started yet."""
    needs.mounting()
    needs_booting()
    with tempfile.TemporaryDirectory(prefix="cctv-systemd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with Machine(folder).mounted() as machine:
            # Images of containers forbid packages to start services.
            machine.path("/usr/sbin/policy-rc.d").unlink(missing_ok=True)
            machine.install(build("0.1.0"))
            with booted(machine, folder / "boot.log") as made:
                yield made


@pytest.fixture
def camera(folder: Path) -> Iterator[FakeCamera]:
    """A camera of this machine, which the other one reaches too."""
    made = FakeCamera(folder / "camera.log", "h264-aac.mp4")
    yield made
    made.end()
