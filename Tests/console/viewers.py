"""Many who watch one camera at once: some read, some are stuck. One thread, so that they cost little."""

import selectors
import socket
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

HEADER, KEY, DELTA, GAP, STATUS, KEEP_ALIVE = range(6)


@dataclass
class Viewer:
    """One connection; chunks of HTTP are undone and parts of the live stream noted."""

    socket: socket.socket
    isStuck: bool = False
    kinds: list[int] = field(default_factory=list)
    byte_count: int = 0
    _wire: bytearray = field(default_factory=bytearray)
    _body: bytearray = field(default_factory=bytearray)
    _has_head: bool = False

    def take(self, data: bytes) -> None:
        """Note what came."""
        self.byte_count += len(data)
        self._wire += data
        if not self._has_head:
            head, end, rest = bytes(self._wire).partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 200"), head
            self._has_head = True
            self._wire = bytearray(rest)
        while (end := self._wire.find(b"\r\n")) > 0:
            size = int(self._wire[:end], 16)
            if len(self._wire) < end + 2 + size + 2:
                break
            self._body += self._wire[end + 2 : end + 2 + size]
            del self._wire[: end + 2 + size + 2]
        while len(self._body) >= 8:
            _, kind, zero, length = struct.unpack_from(">BBHI", self._body)
            assert zero == 0 and kind <= KEEP_ALIVE, bytes(self._body[:8])
            if len(self._body) < 8 + length:
                break
            self.kinds.append(kind)
            del self._body[: 8 + length]


class Crowd:
    """The viewers of one camera."""

    def __init__(self, socket_file: Path, camera: str, count: int):
        self.viewers = []
        self._selector = selectors.DefaultSelector()
        for _ in range(count):
            # The owner's way in, which asks for no login and counts no addresses.
            made = socket.socket(socket.AF_UNIX)
            made.connect(str(socket_file))
            made.sendall(
                f"GET /api/v1/live?cameras={camera} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            made.setblocking(False)
            viewer = Viewer(made)
            self.viewers.append(viewer)
            self._selector.register(made, selectors.EVENT_READ, viewer)

    def stick(self, viewers: list[Viewer]) -> None:
        """Let some read no more."""
        for viewer in viewers:
            viewer.isStuck = True
            self._selector.unregister(viewer.socket)

    def loosen(self, viewers: list[Viewer]) -> None:
        """Let them read again."""
        for viewer in viewers:
            viewer.isStuck = False
            self._selector.register(viewer.socket, selectors.EVENT_READ, viewer)

    def read(self, seconds: float) -> None:
        """Read for a while with all who are not stuck; one that is cut off is a failure."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                data = key.data.socket.recv(256 << 10)
                assert data, "the console ended a stream"
                key.data.take(data)

    def close(self) -> None:
        """Let all leave."""
        self._selector.close()
        for viewer in self.viewers:
            viewer.socket.close()
