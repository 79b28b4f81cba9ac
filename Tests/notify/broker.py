"""Debian's mosquitto on a port of the loopback, and what was published to it."""

import json
import socket
import subprocess
import threading
from pathlib import Path

import tools
from authority import Certificate
from waiting import eventually


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Broker:
    """mosquitto with a password, and a listener that writes everything down."""

    user, password = "cctv", "canary-3"

    def __init__(
        self, folder: Path, port: int, certificate: Certificate | None = None,
        authority: Path | None = None,
    ):
        self.port = port
        secure = ""
        if certificate:
            secure = f"certfile {certificate.chain}\nkeyfile {certificate.key}\n"
        self._lock = threading.Lock()
        self._topics: dict[str, str] = {}
        self._history: list[tuple[str, str]] = []
        passwords, settings = folder / "passwords", folder / "mosquitto.conf"
        result = tools.run(
            tools.tool("mosquitto_passwd"), "-b", "-c", passwords, self.user, self.password)
        assert result.status == 0, str(result)
        passwords.chmod(0o644)
        settings.write_text(
            f"listener {port} 127.0.0.1\n{secure}password_file {passwords}\nuser root\n"
            "allow_anonymous false\n")
        self._server = subprocess.Popen(
            [tools.tool("mosquitto"), "-c", settings],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually("the broker listens", self._listens, within=10)
        self._listener = subprocess.Popen(
            [tools.tool("mosquitto_sub"), "-h", "127.0.0.1", "-p", str(port), "-u", self.user,
             "-P", self.password, "-t", "#", "-F", "%j",
             # Under any name: it is the recorder that is tested.
             *(["--cafile", str(authority), "--insecure"] if authority else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def _read(self) -> None:
        for line in self._listener.stdout:
            message = json.loads(line)
            with self._lock:
                self._topics[message["topic"]] = message["payload"]
                self._history.append((message["topic"], message["payload"]))

    def topic(self, ending: str) -> str | None:
        """The last payload of the topic that ends so."""
        with self._lock:
            return next((text for name, text in self._topics.items() if name.endswith(ending)), None)

    def history(self, ending: str) -> list[str]:
        """All payloads of the topic that ends so."""
        with self._lock:
            return [text for name, text in self._history if name.endswith(ending)]

    def wait_for(self, ending: str, payload: str, within: float = 25) -> None:
        """Wait until a topic has a payload."""
        eventually(f"{ending} is {payload}", lambda: self.topic(ending) == payload, within)

    def end(self) -> None:
        """End everything; a second call does nothing."""
        for process in (self._listener, self._server):
            tools.end(process)
        self._thread.join()
