"""A camera whose pictures say when they were taken: GStreamer's RTSP server with a time barcode.

Run as a program it prints its port and serves `/h264`, `/h264-long-gop` and `/h265`. A picture is 40
bars of 16 pixels, black or white: the milliseconds since 1970 modulo 2^32, most significant bit first,
and eight bits that are the exclusive or of those four bytes.
"""

import subprocess
import sys
import threading
import time
from pathlib import Path

import tools

RATE = 25
WIDTH, HEIGHT, BARS = 640, 360, 40
_CAPS = f"video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={RATE}/1"
_SOURCE = f"appsrc name=source is-live=true format=time do-timestamp=true caps={_CAPS}"


def _h264(seconds: int) -> str:
    """A pipeline with a key frame every so many seconds."""
    return (
        f"{_SOURCE} ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=1000"
        f" key-int-max={seconds * RATE} ! video/x-h264,profile=constrained-baseline"
        " ! rtph264pay name=pay0 pt=96 config-interval=-1"
    )


STREAMS = {
    "h264": _h264(2),
    "h264-long-gop": _h264(10),
    "h265": (
        f"{_SOURCE} ! x265enc tune=zerolatency speed-preset=ultrafast bitrate=1000"
        f" key-int-max={2 * RATE} ! video/x-h265,stream-format=byte-stream,alignment=au"
        " ! rtph265pay name=pay0 pt=96 config-interval=-1"
    ),
}

# Reads the barcode of a <video> in a browser; null if there is none, or it is torn.
READ_BARCODE = """
function readBarcode(video) {
  const canvas = readBarcode.canvas ??= new OffscreenCanvas(640, 360);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, 640, 360);
  const row = context.getImageData(0, 180, 640, 1).data;
  const bytes = [0, 0, 0, 0, 0];
  for (let bar = 0; bar < 40; bar += 1) {
    const light = row[(bar * 16 + 8) * 4] > 127 ? 1 : 0;
    bytes[bar >> 3] = bytes[bar >> 3] << 1 | light;
  }
  const [a, b, c, d, sum] = bytes;
  if ((a ^ b ^ c ^ d) !== sum || (a | b | c | d) === 0) return null;
  return ((a * 256 + b) * 256 + c) * 256 + d;
}
"""


class BarcodeCamera:
    """The camera as a process of its own."""

    def __init__(self, log_file: Path):
        with log_file.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-B", __file__],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=tools.clean_environment(),
                text=True,
            )
        line = self.process.stdout.readline()
        assert line.strip().isdigit(), f"the barcode camera: {log_file.read_text()}"
        self.port = int(line)

    def url(self, codec: str = "h264") -> str:
        """The address of one of the streams."""
        return f"rtsp://127.0.0.1:{self.port}/{codec}"

    def end(self) -> None:
        """End the camera."""
        tools.end(self.process)


def picture(milliseconds: int) -> bytes:
    """A picture in I420 that says a time."""
    value = (milliseconds % 2**32).to_bytes(4)
    value += bytes([value[0] ^ value[1] ^ value[2] ^ value[3]])
    bits = int.from_bytes(value)
    row = b"".join(
        (b"\xeb" if bits >> (BARS - 1 - bar) & 1 else b"\x10") * (WIDTH // BARS)
        for bar in range(BARS)
    )
    return row * HEIGHT + b"\x80" * (WIDTH * HEIGHT // 2)


def _film(source: object, buffer_of: object) -> None:
    """Push pictures until the encoder takes no more."""
    due = time.monotonic()
    while True:
        due += 1 / RATE
        time.sleep(max(0, due - time.monotonic()))
        frame = buffer_of(picture(time.time_ns() // 1_000_000))
        if source.emit("push-buffer", frame) != 0:
            return


def main() -> None:
    """Serve until the process is ended."""
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")

    def configure(_factory: object, media: object) -> None:
        source = media.get_element().get_by_name("source")
        threading.Thread(target=_film, args=(source, Gst.Buffer.new_wrapped), daemon=True).start()

    for name, pipeline in STREAMS.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( {pipeline} )")
        factory.set_shared(True)
        factory.connect("media-configure", configure)
        server.get_mount_points().add_factory(f"/{name}", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
