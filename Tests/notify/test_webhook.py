"""Notices by webhook: with the real program, to a server that fails, hangs, and restarts."""

import os
import time

import tools
from receiver import Receiver
from waiting import eventually

SECRET = "canary-2"


def _lost_and_back(lab, recorder, camera, receiver):
    camera.end()
    eventually("lost is told", lambda: "camera.lost" in receiver.events(), within=25)
    return lab.camera("--port", camera.url.split(":")[2].split("/")[0])


def test_a_camera_that_goes_and_comes_back_is_told_once_each_and_signed(lab):
    receiver, camera = lab.keep(Receiver()), lab.camera()
    recorder = lab.recorder(
        RTSP_URL=camera.url, WEBHOOK_URL=receiver.url, WEBHOOK_SECRET=SECRET)
    recorder.start()
    recorder.wait_until_recording(1)
    _lost_and_back(lab, recorder, camera, receiver)
    eventually("back is told", lambda: "camera.back" in receiver.events(), within=60)
    assert receiver.events() == ["camera.lost", "camera.back"]
    lost, back = (delivery.notice for delivery in receiver.deliveries)
    assert lost["camera"] == "camera" and lost["problems"] == 1
    assert back["problems"] == 0 and "all is well" in back["text"]
    for delivery in receiver.deliveries:
        assert delivery.is_signed_with(SECRET)
        assert not delivery.is_signed_with("another")
        assert abs(int(delivery.headers["X-CCTV-Timestamp"]) - time.time()) < 120
        assert delivery.headers["X-CCTV-Event"] == delivery.notice["event"]
    assert recorder.stop() == 0
    written = recorder.log_file.read_text() + recorder.stderr()
    assert "canary" not in written


def test_what_a_server_refuses_is_brought_again_in_order_and_once(lab):
    receiver, camera = lab.keep(Receiver()), lab.camera()
    recorder = lab.recorder(RTSP_URL=camera.url, WEBHOOK_URL=receiver.url)
    recorder.start()
    recorder.wait_until_recording(1)
    for status in (500, 404, 302):
        receiver.status = status
        before = receiver.refused
        result = tools.cctv("notify", "test", "--output-folder", recorder.output)
        assert result.status == os.EX_UNAVAILABLE, str(result)
        assert f"webhook: did not arrive: the server answered {status}" in result.out
        eventually(f"{status} is met", lambda: receiver.refused > before, within=20)
    recorder.wait_for("notice.failed")
    assert len(recorder.log("notice.failed")) == 1
    receiver.status = 204
    eventually("all arrive", lambda: len(receiver.events()) == 3, within=30)
    recorder.wait_for("notice.delivered")
    ids = [delivery.notice["id"] for delivery in receiver.deliveries]
    assert len(set(ids)) == 3
    assert all(delivery.path.startswith("/hook") for delivery in receiver.deliveries)
    assert recorder.stop() == 0


def test_a_server_that_hangs_delays_neither_recording_nor_the_end(lab):
    receiver, camera = lab.keep(Receiver()), lab.camera()
    recorder = lab.recorder(
        RTSP_URL=camera.url, WEBHOOK_URL=receiver.url, VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_until_recording(1)
    receiver.hang()
    began = time.monotonic()
    result = tools.cctv("notify", "test", "--output-folder", recorder.output)
    assert result.status == os.EX_UNAVAILABLE, str(result)
    assert "webhook: did not arrive: Timeout was reached" in result.out, str(result)
    assert time.monotonic() - began < 12
    recorder.wait_for("clip.finalized", count=2, within=20)
    began = time.monotonic()
    assert recorder.stop() == 0
    assert time.monotonic() - began < 4


def test_notices_survive_a_restart_of_the_recorder_and_of_the_server(lab):
    receiver, camera = lab.keep(Receiver()), lab.camera()
    recorder = lab.recorder(RTSP_URL=camera.url, WEBHOOK_URL=receiver.url)
    recorder.start()
    recorder.wait_until_recording(1)
    receiver.end()
    for _ in range(2):
        result = tools.cctv("notify", "test", "--output-folder", recorder.output)
        assert result.status == os.EX_UNAVAILABLE, str(result)
    recorder.wait_for("notice.failed")
    outbox = recorder.output / ".cctv" / "notices.json"
    eventually("both wait", lambda: outbox.read_text().count('"event":"test"') == 2, within=10)
    assert outbox.stat().st_mode & 0o077 == 0
    recorder.kill()
    again = lab.keep(Receiver(receiver.port))
    recorder.start()
    eventually("both arrive", lambda: again.events() == ["test", "test"], within=30)
    assert recorder.stop() == 0


def test_the_dead_mans_url_is_fetched_only_while_all_is_well(lab):
    receiver, camera = lab.keep(Receiver()), lab.camera()
    recorder = lab.recorder(
        RTSP_URL=camera.url, PING_URL=receiver.url.replace("hook", "ping"), PING_INTERVAL=10,
        WEBHOOK_URL=receiver.url)
    recorder.start()

    def pings() -> int:
        return sum(delivery.method == "GET" for delivery in receiver.deliveries)

    eventually("a ping", lambda: pings() >= 2, within=30)
    camera.end()
    eventually("lost is told", lambda: "camera.lost" in receiver.events(), within=25)
    count, deadline = pings(), time.monotonic() + 12
    eventually("time passes", lambda: time.monotonic() > deadline, within=15)
    assert pings() == count
    assert recorder.stop() == 0


def test_without_anybody_to_tell_the_test_says_so(lab):
    camera = lab.camera()
    recorder = lab.recorder(RTSP_URL=camera.url)
    recorder.start()
    recorder.wait_until_recording(1)
    result = tools.cctv("notify", "test", "--output-folder", recorder.output)
    assert result.status != 0
    assert "WEBHOOK_URL" in result.err
    assert recorder.stop() == 0
