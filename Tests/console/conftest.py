"""What the tests of the console share: a browser, and recorders with cameras to look at."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))

from browser import Browser
from console import Console
from surroundings import surroundings  # pytest finds it here


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests: it takes a second to start."""
    browser = Browser()
    yield browser
    browser.quit()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser as it is after installation, at the size of a desk; errors of the page fail."""
    chromium.reset()
    yield chromium
    assert chromium.errors() == []


@pytest.fixture(scope="module")
def make_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Console]]:
    """Makes recorders with cameras that are gone after the module."""
    made: list[Console] = []

    def make(*media: str, names: tuple[str, ...] = (), **settings: object) -> Console:
        made.append(Console(tmp_path_factory.mktemp("console"), media, settings, names))
        return made[-1]

    yield make
    for each in made:
        each.end()
