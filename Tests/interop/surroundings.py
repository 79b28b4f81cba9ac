"""What every suite needs before its first test; a conftest imports it."""

import os

import pytest
import tools


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Binaries, and a memory of known disks and accounts that is not the user's."""
    for binary in (tools.CCTV, tools.FAKE_CAMERA):
        assert binary.is_file(), f"{binary} is missing: `make binaries` builds it"
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
