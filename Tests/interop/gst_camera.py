"""A camera that no one here wrote: GStreamer's RTSP server with live pictures and sound.

Run as a program it reads its configuration as JSON from the standard input, prints its port, and
writes every coded picture that it sends as `MOUNT HASH` to a ledger, before RTP cuts it up.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pictures
import tools

RATE = 25
USER = "admin"
_SIZE = f"video/x-raw,format=I420,width=320,height=240,framerate={RATE}/1"
_SOURCE = f"videotestsrc is-live=true pattern=ball ! {_SIZE}"


def _h264(slices: str) -> str:
    return (
        f"{_SOURCE} ! x264enc tune=zerolatency {slices} speed-preset=ultrafast bitrate=400"
        f" key-int-max={RATE}"
        " ! video/x-h264,stream-format=byte-stream,alignment=au,profile=constrained-baseline"
        " ! rtph264pay name=pay0 pt=96 config-interval=-1"
    )


_H264 = _h264("sliced-threads=false")
_H265 = (
    f"{_SOURCE} ! x265enc tune=zerolatency speed-preset=ultrafast key-int-max={RATE} bitrate=300"
    " ! video/x-h265,stream-format=byte-stream,alignment=au"
    " ! rtph265pay name=pay0 pt=96 config-interval=-1"
)
_MJPEG = f"{_SOURCE} ! jpegenc quality=60 ! rtpjpegpay name=pay0 pt=26"
_TONE = "audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample"
_AAC = f"{_TONE} ! audio/x-raw,rate=48000,channels=1 ! avenc_aac bitrate=64000 ! rtpmp4gpay"
_ALAW = f"{_TONE} ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay"
_ULAW = f"{_TONE} ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay"

# By the camera's name: libavcodec's name of its video codec, and what it sends.
STREAMS = {
    "h264-aac": ("h264", f"{_H264} {_AAC} name=pay1 pt=97"),
    "h264-alaw": ("h264", f"{_H264} {_ALAW} name=pay1 pt=8"),
    "h264-ulaw": ("h264", f"{_H264} {_ULAW} name=pay1 pt=0"),
    "h264-udp": ("h264", f"{_H264} {_AAC} name=pay1 pt=97"),
    # Pictures in two slices; this server then puts parameter sets between the slices too.
    "h264-slices": ("h264", _h264("sliced-threads=true threads=2")),
    "h265": ("hevc", _H265),
    "mjpeg": ("mjpeg", _MJPEG),
}


class GStreamerCamera:
    """The camera as a process of its own."""

    def __init__(self, folder: Path, password: str):
        self.ledger_file = folder / "sent-pictures.txt"
        self.log_file = folder / "gstreamer.log"
        configuration = {"password": password, "ledger": str(self.ledger_file)}
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-B", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, env=tools.clean_environment(), text=True,
            )
        # Not an argument, because every user of the machine can read those.
        self.process.stdin.write(json.dumps(configuration) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line.strip().isdigit(), f"GStreamer's camera: {self.log_file.read_text()}"
        self.port = int(line)

    def url(self, name: str, credentials: str = "") -> str:
        """The address of one of the streams."""
        return f"rtsp://{credentials}127.0.0.1:{self.port}/{name}"

    def sent(self, name: str) -> list[str]:
        """The hashes of all pictures that were sent so far, in their order."""
        lines = self.ledger_file.read_text().splitlines()
        return [line.split()[1] for line in lines if line.split()[0] == name]

    def end(self) -> None:
        """End the camera."""
        tools.end(self.process)


def main() -> None:
    """Serve until the process is ended."""
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer

    configuration = json.loads(sys.stdin.readline())
    ledger = os.open(configuration["ledger"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")

    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(2)  # GST_RTSP_AUTH_DIGEST, which has no name in Python.
    auth.add_digest(USER, configuration["password"], token)
    server.set_auth(auth)

    def note(_pad: object, info: object, name: str) -> object:
        buffer = info.get_buffer()
        picture = buffer.extract_dup(0, buffer.get_size())
        digest = pictures.hash_of_stream(STREAMS[name][0], picture)
        os.write(ledger, f"{name} {digest}\n".encode())
        return Gst.PadProbeReturn.OK

    def configure(_factory: object, media: object, name: str) -> None:
        payloader = media.get_element().get_by_name("pay0")
        payloader.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, note, name)

    for name, (_, pipeline) in STREAMS.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( {pipeline} )")
        factory.connect("media-configure", configure, name)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role("viewer")
        for right in ("media.factory.access", "media.factory.construct"):
            permissions.add_permission_for_role("viewer", right, True)
        factory.set_permissions(permissions)
        server.get_mount_points().add_factory(f"/{name}", factory)

    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
