"""A recorder that is disturbed: by a second one, by signals, by cameras and by the folder."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import clips
import mp4
import pytest
import tools
from recorder import Recorder
from waiting import eventually, until

TEMPORARY_FAILURE, NO_PERMISSION = 75, 77
NOBODY = 65534


def _states(recorder: Recorder) -> set[str]:
    return {mp4.state(path) for path in recorder.clips()}


def test_a_second_recorder_of_a_folder_names_the_first_and_ends(
    camera: Callable, recorder: Callable
):
    first = recorder("first", RTSP_URL=camera().url)
    first.start()
    first.wait_until_recording(1)
    result = tools.cctv("record", "--config", first.settings_file)
    assert result.status == TEMPORARY_FAILURE, str(result)
    assert f"process {first.pid}" in result.err and "Traceback" not in result.err
    assert first.failure() is None
    assert first.stop() == 0


def test_new_settings_on_sighup_leave_the_other_cameras_clip_alone(
    camera: Callable, recorder: Callable
):
    kept, changed = ({"NAME": name, "RTSP_URL": camera().url} for name in ("kept", "changed"))
    recording = recorder(CAMERAS=[kept, changed])
    recording.start()
    recording.wait_until_recording(2)
    recording.write_settings(CAMERAS=[kept, changed | {"AUDIO": "off"}])
    recording.process.send_signal(signal.SIGHUP)
    recording.wait_for("settings.reloaded")
    recording.wait_for("camera.audio", count=2, camera="changed")
    recording.wait_for("clip.opened", count=2, camera="changed")
    assert recording.stop() == 0
    assert len(recording.clips("kept")) == 1 and len(recording.clips("changed")) == 2
    ends = [line for line in recording.log("camera.disconnected") if line["camera"] == "kept"]
    assert len(ends) == 1, "the camera that did not change was disconnected"
    assert _states(recording) == {"final"}


def test_settings_that_do_not_hold_leave_the_old_ones(camera: Callable, recorder: Callable):
    recording = recorder(RTSP_URL=camera().url)
    recording.start()
    recording.wait_until_recording(1)
    recording.settings_file.write_text('{"RTSP_URL": ')
    recording.process.send_signal(signal.SIGHUP)
    recording.wait_for("settings.refused")
    assert recording.stop() == 0
    assert len(recording.clips()) == 1


def test_a_second_sigterm_ends_at_once_and_leaves_clips_that_recover(
    camera: Callable, recorder: Callable
):
    recording = recorder(RTSP_URL=camera().url)
    recording.start()
    recording.wait_until_recording(1)
    path = eventually("a clip", lambda: next(iter(recording.clips()), None), within=5)
    eventually("a whole fragment", lambda: len(mp4.boxes(path)) > 8, within=5)
    # Both are waiting when it goes on, so the second always comes before the end.
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):
        recording.process.send_signal(number)
    began = time.monotonic()
    recording.wait(within=5)
    assert time.monotonic() - began < 1
    result = tools.cctv("recover", recording.output)
    assert result.status == 0, str(result)
    for clip in recording.clips():
        clips.assert_good(clip, sound_in_step=False)


def test_a_browser_that_does_not_let_go_holds_no_clip_open(
    camera: Callable, recorder: Callable
):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    recording = recorder(RTSP_URL=camera().url, LISTEN=f"127.0.0.1:{port}")
    recording.start()
    recording.wait_until_recording(1)
    recording.wait_for("console.listening")
    with socket.create_connection(("127.0.0.1", port)) as browser:
        # A request without its end, which the console gives a while when it closes.
        browser.sendall(
            f"POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Origin: http://127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\n\r\n{".encode())
        until(time.monotonic() + 1, recording.failure)
        began = time.monotonic()
        recording.process.send_signal(signal.SIGTERM)
        # The console alone takes 0.8 s, so that it cannot have come first.
        recording.wait_for("clip.finalized", within=0.6)
        assert recording.wait(within=5) == 0
        assert time.monotonic() - began > 0.7, "nothing held the console up"
    assert _states(recording) == {"final"}


@pytest.mark.parametrize("fault", ["http-answer", "ssh-banner", "random-bytes", "garbage"])
def test_a_camera_that_sends_garbage_leaves_the_good_one_recorded(
    camera: Callable, recorder: Callable, fault: str
):
    good = {"NAME": "good", "RTSP_URL": camera().url}
    bad = {"NAME": "bad", "RTSP_URL": camera("h264-aac.mp4", "--fault", fault, "--every", 20).url}
    recording = recorder(CAMERAS=[good, bad])
    recording.start()
    recording.wait_for("camera.recording", camera="good")
    until(time.monotonic() + 3, recording.failure)
    if fault != "garbage":
        lines = recording.wait_for("camera.disconnected", camera="bad")
        assert ":" in lines[0]["message"], lines
        assert not recording.clips("bad")
    assert recording.stop() == 0
    for path in recording.clips():
        clips.assert_good(path, sound_in_step=False)
    assert [line["camera"] for line in recording.log("camera.connected")].count("good") == 1


def test_a_folder_that_cannot_be_written_is_told(folder: Path):
    locked = folder / "locked"
    locked.mkdir(mode=0o555)
    folder.chmod(0o755)
    # Nothing is forbidden to root, so for root the recorder runs as nobody.
    nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    result = tools.cctv(
        "record", "--rtsp-url", "rtsp://127.0.0.1:9/x", "--output-folder", locked / "recordings",
        cwd="/", **nobody,
    )
    assert result.status == NO_PERMISSION, str(result)
    assert str(locked) in result.err and "Permission denied" in result.err


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Callable[[str], Path]]:
    """Makes a disk of a size such as `3m`."""
    disk = folder / "disk"

    def make(size: str) -> Path:
        disk.mkdir()
        mounted = tools.run(tools.tool("mount"), "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk)
        if mounted.status != 0:
            pytest.skip(f"no disk of {size} can be mounted here: {mounted.err.strip()}")
        return disk

    yield make
    if disk.is_mount():
        subprocess.run([tools.tool("umount"), "--lazy", disk], check=True)


def _record_to(disk: Path, camera: Callable, recorder: Callable) -> Recorder:
    url = camera("h264-big-keyframes.mp4", "--count", 4).url.removesuffix("1")
    recording = recorder(
        CAMERAS=[{"NAME": f"camera-{n}", "RTSP_URL": f"{url}{n}"} for n in range(1, 5)],
        OUTPUT_FOLDER=str(disk / "recordings"), VIDEO_CLIP_DURATION=1,
        LOG_FILE=str(disk.parent / "log.json"),
    )
    recording.output, recording.log_file = disk / "recordings", disk.parent / "log.json"
    recording.start()
    return recording


def test_a_disk_that_fills_costs_the_oldest_clips_and_no_clip_is_unplayable(
    camera: Callable, recorder: Callable, small_disk: Callable
):
    # Each open clip reserves 4 MiB, at a rotation twice; the rest fills within ten seconds.
    recording = _record_to(small_disk("36m"), camera, recorder)
    recording.wait_for("clip.deleted", count=8, within=40)
    assert recording.stop() == 0
    assert len(recording.clips()) > 4 and _states(recording) == {"final"}
    for path in recording.clips():
        clips.assert_good(path, decode=False)
    sequences = {mp4.header(path).sequence for path in recording.clips()}
    assert max(sequences) - min(sequences) < len(sequences) + 4, "not the oldest were deleted"


def test_a_disk_without_room_is_told_and_the_recorder_lives_on(
    camera: Callable, recorder: Callable, small_disk: Callable
):
    recording = _record_to(small_disk("3m"), camera, recorder)
    lines = recording.wait_for("volume.down")
    assert "disk is full" in lines[0]["message"]
    until(time.monotonic() + 2, recording.failure)
    assert recording.stop() == 0
    assert _states(recording) <= {"final"}
