"""How long a recorder takes from its start to its first request and its first picture on disk."""

import socket
import tempfile
import threading
import time
from pathlib import Path

import recorders

# More than an empty clip with its tables, less than any key frame of the film.
FIRST_PICTURE = 16 << 10


class Relay:
    """Stands between a recorder and its camera and notes when the recorder speaks."""

    def __init__(self, url):
        host, rest = url.removeprefix("rtsp://").split(":", 1)
        port, path = rest.split("/", 1)
        self._camera = (host, int(port))
        self._listener = socket.create_server((host, 0))
        self.url = f"rtsp://{host}:{self._listener.getsockname()[1]}/{path}"
        self.connected = self.asked = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._thread.join()
        self._listener.close()

    def _run(self):
        self._listener.settimeout(10)
        recorder, _ = self._listener.accept()
        self.connected = time.monotonic()
        camera = socket.create_connection(self._camera)
        answers = threading.Thread(target=self._pass, args=(camera, recorder))
        answers.start()
        self._pass(recorder, camera)
        answers.join()
        recorder.close()
        camera.close()

    def _pass(self, source, target):
        try:
            while data := source.recv(1 << 16):
                if self.asked is None:
                    self.asked = time.monotonic()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def measure(recorder, url, core):
    """Returns seconds from start to first request, and from connect to first picture on disk."""
    with tempfile.TemporaryDirectory(dir=".build/bench") as folder, Relay(url) as relay:
        began = time.monotonic()
        running = recorder([relay.url], folder, clip=600, core=core)
        try:
            written = _first_picture(Path(folder), deadline=began + 20)
        finally:
            running.stop()
    return relay.asked - began, written - relay.connected


def _first_picture(folder, deadline):
    while (now := time.monotonic()) < deadline:
        if any(clip.stat().st_size >= FIRST_PICTURE for clip in folder.rglob("*.mp4")):
            return now
        time.sleep(0.002)
    raise SystemExit(f"no picture in {folder} within 20 s")
