"""A recorder with its cameras and its console, as a person has it on their desk."""

import re
import socket
from pathlib import Path

from browser import Browser
from fake_camera import FakeCamera
from recorder import Recorder
from waiting import eventually

USER = "anna"
PASSWORD = "a long enough password"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Console:
    """Cameras that send media, `cam-1` and on, and a recorder that serves its pages.

    A name without media is a camera that does not answer.
    """

    def __init__(
        self,
        folder: Path,
        media: tuple[str, ...],
        settings: dict[str, object],
        names: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
    ):
        self.folder = folder
        self.cameras = [
            FakeCamera(folder / f"camera-{number}.log", name, *options)
            for number, name in enumerate(media)
        ]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        names = names or tuple(f"cam-{number}" for number in range(1, len(media) + 1))
        urls = [camera.url for camera in self.cameras]
        urls += ["rtsp://127.0.0.1:9/none"] * (len(names) - len(media))
        entries = [{"NAME": name, "RTSP_URL": url} for name, url in zip(names, urls)]
        self.recorder = Recorder(
            folder,
            LISTEN=f"127.0.0.1:{self.port}",
            **({"CAMERAS": entries} if entries else {}),
            **settings,
        )
        self.recorder.environment["XDG_STATE_HOME"] = str(folder / "state")
        self.start()

    def start(self) -> None:
        """Start the recorder, with its environment as it is now, until every camera is recorded."""
        self.recorder.start()
        if self.cameras:
            self.recorder.wait_until_recording(len(self.cameras))

    def setup_link(self) -> str:
        """The link for the first password that the terminal showed last."""
        pattern = re.compile(r"http://\S+/setup\S+")
        return eventually(
            "a link for the first password",
            # Each start makes a new one, behind its first lines.
            lambda: pattern.findall(
                self.recorder.stderr().rpartition("every clip is finished first")[2]),
            within=10,
        )[-1]

    def enter(self, browser: Browser, path: str = "/live") -> None:
        """Open a page as an administrator, who is made if there is none."""
        browser.open(f"{self.url}/assets/icon.svg")
        session = browser.fetch("GET", "/api/v1/session")
        if session["state"] == "setup":
            token = self.setup_link().rpartition("token=")[2]
            browser.fetch("POST", "/api/v1/setup", token=token, user=USER, password=PASSWORD)
        elif session["state"] == "login":
            browser.fetch("POST", "/api/v1/login", user=USER, password=PASSWORD)
        browser.open(self.url + path)

    def end(self) -> None:
        """Leave nothing running."""
        self.recorder.end()
        for camera in self.cameras:
            camera.end()
