"""What the tests share: a folder that goes away, processes that end, a built binary."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_camera import FakeCamera
from recorder import Recorder
from surroundings import surroundings  # pytest finds it here

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        for node in item.listchain():
            node.stash[_failed] = True
    return report


@pytest.fixture(scope="session")
def new_folder() -> Callable[[pytest.FixtureRequest], Iterator[Path]]:
    """Makes folders that are kept only when the test, or one of the module, has failed."""

    def make(request: pytest.FixtureRequest) -> Iterator[Path]:
        folder = Path(tempfile.mkdtemp(prefix="cctv-interop-"))
        yield folder
        if request.node.stash.get(_failed, False):
            print(f"\nkept for a look: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)

    return make


@pytest.fixture
def folder(request: pytest.FixtureRequest, new_folder: Callable) -> Iterator[Path]:
    """A folder of one test."""
    yield from new_folder(request)


@pytest.fixture(scope="module")
def module_folder(request: pytest.FixtureRequest, new_folder: Callable) -> Iterator[Path]:
    """A folder of all tests of a module."""
    yield from new_folder(request)


@pytest.fixture
def recorder(folder: Path) -> Iterator[Callable[..., Recorder]]:
    """Makes recorders that are gone after the test."""
    made: list[Recorder] = []

    def make(name: str = "recorder", **settings: object) -> Recorder:
        place = folder / name
        place.mkdir()
        made.append(Recorder(place, **settings))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture
def camera(folder: Path) -> Iterator[Callable[..., FakeCamera]]:
    """Makes the project's own cameras, good and faulty, that are gone after the test."""
    made: list[FakeCamera] = []

    def make(media: str = "h264-aac.mp4", *options: object) -> FakeCamera:
        made.append(FakeCamera(folder / f"camera-{len(made)}.log", media, *options))
        return made[-1]

    yield make
    for each in made:
        each.end()
