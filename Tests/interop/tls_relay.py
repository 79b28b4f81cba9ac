"""TLS in front of a camera that speaks none, with a certificate that the camera signed itself."""

import asyncio
import ssl
import threading
from pathlib import Path

import tools


class TLSRelay:
    """Listens with TLS on a free port of the loopback and passes everything on to another."""

    def __init__(self, folder: Path, target: int):
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        made = tools.run(
            tools.tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 1,
            "-subj", "/CN=camera", "-keyout", key, "-out", certificate,
        )
        assert made.status == 0, str(made)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.port: int = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def end(self) -> None:
        """Close everything."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(
            self._relay, "127.0.0.1", 0, ssl=self._context)
        return self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        camera_reader, camera_writer = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(
            _pump(reader, camera_writer), _pump(camera_reader, writer), return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
