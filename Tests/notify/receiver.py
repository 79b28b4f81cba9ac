"""A web server that takes notices, and can be rude to those who bring them."""

import hashlib
import hmac
import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from authority import Certificate


@dataclass(frozen=True)
class Delivery:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def notice(self) -> dict:
        """What it says."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether whoever knows the secret sent it."""
        signed = self.headers["X-CCTV-Timestamp"].encode() + b"." + self.body
        code = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.headers["X-CCTV-Signature"], f"sha256={code}")


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_):
        """A client that does not trust us leaves in the middle, as it should."""


class Receiver:
    """Listens on a port of the loopback; a port that is given is taken again."""

    def __init__(self, port: int = 0, certificate: Certificate | None = None):
        self.status = 204
        self.deliveries: list[Delivery] = []
        self.refused = 0
        self._hanging = threading.Event()
        self._hanging.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                receiver._hanging.wait(60)
                status = receiver.status
                if 200 <= status < 300:
                    receiver.deliveries.append(
                        Delivery(self.command, self.path, dict(self.headers), body))
                else:
                    receiver.refused += 1
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            do_POST = do_GET = _take

            def log_message(self, *arguments):
                pass

        self._origin = "https://localhost" if certificate else "http://127.0.0.1"
        self._server = _Server(("127.0.0.1", port), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where notices are posted to."""
        return f"{self._origin}:{self.port}/hook?key=canary-1"

    def hang(self) -> None:
        """Take requests and answer none."""
        self._hanging.clear()

    def answer(self) -> None:
        """Answer again."""
        self._hanging.set()

    def events(self) -> list[str]:
        """What was told so far."""
        return [delivery.notice["event"] for delivery in self.deliveries if delivery.body]

    def end(self) -> None:
        """Close everything; a second call does nothing."""
        self._hanging.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
