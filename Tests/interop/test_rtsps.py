"""A camera behind TLS (`rtsps`)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import clips
import ledger
import pytest
import tools
from tls_relay import TLSRelay


@pytest.fixture
def secure_url(camera: Callable, folder: Path) -> Iterator[str]:
    """The URL of a camera whose TLS is not its own."""
    plain = urlsplit(camera("h264-aac.mp4").url)
    relay = TLSRelay(folder, plain.port)
    yield f"rtsps://127.0.0.1:{relay.port}{plain.path}"
    relay.end()


def test_an_encrypted_camera_is_recorded_past_its_first_receiver_report(
    secure_url: str, recorder: Callable
):
    recording = recorder(RTSP_URL=secure_url, VIDEO_CLIP_DURATION=4)
    recording.start()
    # Receiver reports go out every five seconds, in between the camera's records.
    recording.wait_for("clip.finalized", count=2, within=25)
    assert recording.stop() == 0
    assert len(recording.log("camera.connecting")) == 1
    numbers = [
        mark.counter
        for clip in recording.clips()
        for _, sample in clips.samples(clip)
        if (mark := ledger.mark(sample))
    ]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_an_encrypted_camera_is_described(secure_url: str):
    result = tools.cctv("probe", secure_url, "--seconds", 2)
    assert result.status == 0, str(result)
    assert "H.264 640x360" in result.out
