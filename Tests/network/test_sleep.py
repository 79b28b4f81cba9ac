"""A recorder that the system does not let run for a while."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import check
import pytest
import tools
from fake_camera import FakeCamera
from recorder import Recorder
from waiting import pause

FROZEN = 12.0


@pytest.fixture
def folder():
    """A folder that goes away."""
    made = Path(tempfile.mkdtemp(prefix="cctv-sleep-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_a_recorder_that_was_frozen_goes_on_and_knows_why_pictures_are_missing(folder):
    camera = FakeCamera(folder / "camera.log", "h264-noaudio.mp4")
    recorder = Recorder(folder, RTSP_URL=camera.url, VIDEO_CLIP_DURATION=60, CHECK_STREAM_DELAY=2)
    try:
        recorder.start()
        recorder.wait_until_recording(1)
        pause(2)
        os.kill(recorder.pid, signal.SIGSTOP)
        pause(FROZEN)
        os.kill(recorder.pid, signal.SIGCONT)
        # What the system's buffers held is recorded; then the session begins anew or goes on.
        pause(4)
        assert recorder.process.poll() is None
        assert recorder.stop() == 0
        check.assert_all_play(recorder)
        marks = check.marks(recorder, "camera")
        result = tools.cctv("coverage", "--output-folder", recorder.output, "--json")
        assert result.status == 0, str(result)
    finally:
        recorder.end()
        camera.end()
