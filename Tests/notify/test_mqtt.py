"""MQTT with Debian's mosquitto: what Home Assistant would find, and the last will."""

import json

import pytest
import tools
from broker import Broker, free_port
from waiting import eventually


@pytest.fixture
def port() -> int:
    """A port that the broker can have more than once."""
    return free_port()


def _recorder(lab, camera, port, **settings):
    return lab.recorder(
        RTSP_URL=camera.url, MQTT_URL=f"mqtt://127.0.0.1:{port}", MQTT_USERNAME=Broker.user,
        MQTT_PASSWORD=Broker.password, **settings)


def test_home_assistant_finds_the_camera_and_its_state(lab, port):
    broker, camera = lab.keep(Broker(lab.folder, port)), lab.camera()
    recorder = _recorder(lab, camera, port)
    recorder.start()
    broker.wait_for("/availability", "online")
    broker.wait_for("/camera/camera/recording", "ON")
    broker.wait_for("/camera/camera/connectivity", "ON")
    eventually("storage", lambda: broker.topic("/storage"), within=40)
    assert json.loads(broker.topic("/storage"))["limit_bytes"] == 50 << 30
    found = json.loads(broker.topic("/config"))
    component = found["components"]["camera_recording"]
    assert component["platform"] == "binary_sensor"
    assert broker.topic(component["state_topic"]) == "ON"
    assert broker.topic(found["availability_topic"]) == "online"
    camera.end()
    broker.wait_for("/camera/camera/recording", "OFF")
    broker.wait_for("/problem", "ON")
    events = [json.loads(text)["event"] for text in broker.history("/event")]
    assert events == ["camera.lost"]
    assert recorder.stop() == 0
    broker.wait_for("/availability", "offline")
    assert "canary" not in recorder.log_file.read_text()


def test_a_recorder_that_is_killed_is_offline_by_the_brokers_word(lab, port):
    broker, camera = lab.keep(Broker(lab.folder, port)), lab.camera()
    recorder = _recorder(lab, camera, port)
    recorder.start()
    broker.wait_for("/availability", "online")
    recorder.kill()
    broker.wait_for("/availability", "offline")


def test_a_broker_that_restarts_is_told_everything_again(lab, port):
    broker, camera = lab.keep(Broker(lab.folder, port)), lab.camera()
    recorder = _recorder(lab, camera, port)
    recorder.start()
    broker.wait_for("/camera/camera/recording", "ON")
    broker.end()
    recorder.wait_for("broker.disconnected")
    again = lab.keep(Broker(lab.folder, port))
    again.wait_for("/availability", "online")
    again.wait_for("/camera/camera/recording", "ON")
    assert recorder.wait_for("broker.connected", count=2)
    assert recorder.stop() == 0


def test_a_wrong_password_is_told_once_and_costs_no_recording(lab, port):
    lab.keep(Broker(lab.folder, port))
    camera = lab.camera()
    recorder = lab.recorder(
        RTSP_URL=camera.url, MQTT_URL=f"mqtt://127.0.0.1:{port}", MQTT_USERNAME=Broker.user,
        MQTT_PASSWORD="wrong", VIDEO_CLIP_DURATION=2)
    recorder.start()
    recorder.wait_for("broker.disconnected")
    recorder.wait_for("clip.finalized", count=3, within=20)
    assert len(recorder.log("broker.disconnected")) == 1
    assert recorder.stop() == 0


def test_a_test_notice_reaches_the_broker(lab, port):
    broker, camera = lab.keep(Broker(lab.folder, port)), lab.camera()
    recorder = _recorder(lab, camera, port)
    recorder.start()
    broker.wait_for("/availability", "online")
    assert tools.cctv("notify", "test", "--output-folder", recorder.output).status == 0
    eventually("the notice", lambda: broker.history("/event"), within=10)
    assert json.loads(broker.history("/event")[0])["event"] == "test"
    assert recorder.stop() == 0
