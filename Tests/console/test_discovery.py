"""First run on a network with a camera: chosen from what was found, in a network of the test's own."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tools
from browser import HERE, Browser
from console import PASSWORD, Console

sys.path.insert(0, str(HERE.parent / "network"))

from namespaces import Network

CLONE_NEWNET = 0x40000000
SCOPES = (
    "onvif://www.onvif.org/type/video_encoder", "onvif://www.onvif.org/hardware/DS-2CD2043G2-I",
    "onvif://www.onvif.org/name/HIKVISION%20Front%20door",
)


@contextmanager
def _inside(machine: str) -> Iterator[None]:
    """Let this thread, and what it starts, be on another machine's network."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net", "rb") as home, open(f"/run/netns/{machine}", "rb") as there:
        assert libc.setns(there.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        try:
            yield
        finally:
            assert libc.setns(home.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())


@pytest.fixture
def network() -> Iterator[Network]:
    """A camera's machine and a recorder's, joined by a cable."""
    made = Network()
    yield made
    made.close()


@pytest.fixture
def camera(network: Network) -> Iterator[None]:
    """A camera that says who it is."""
    process = subprocess.Popen(
        network.wrap(
            network.camera, sys.executable, HERE / "onvif_camera.py", network.camera_address,
            *SCOPES),
        stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "listening\n"
    yield
    tools.end(process)
    process.stdout.close()


def test_a_camera_that_is_found_comes_with_its_makers_address(
    network: Network, camera: None, tmp_path: Path
) -> None:
    with _inside(network.recorder):
        console = Console(tmp_path, (), {})
        browser = Browser()
        try:
            browser.look(1280, 800)
            browser.open(console.setup_link())
            browser.write("Password", PASSWORD)
            browser.write("Password again", PASSWORD)
            browser.press("Set password")
            browser.press("No address at hand? Choose the maker, or look for cameras")
            browser.press("Find cameras")
            browser.see("HIKVISION Front door", within=15)
            browser.see(f"DS-2CD2043G2-I · {network.camera_address}")
            browser.press("Use")
            address = browser.find("Address").get_attribute("value")
            assert address == f"rtsp://{network.camera_address}:554/Streaming/Channels/101"
            chosen = browser.js(
                "return named('Maker').selectedOptions[0].innerText")
            assert chosen == "Hikvision, Annke"
            assert browser.find("Name").get_attribute("value") == "hikvision-front-door"
            assert browser.errors() == []
        finally:
            browser.quit()
            console.end()
