"""Notices over TLS: to a server whose certificate an authority of the user's own has signed."""

import pytest
import tools
from authority import Authority
from broker import Broker, free_port
from receiver import Receiver
from waiting import eventually

SECRET = "canary-2"
# What `cctv notify test` ends with when a notice did not arrive.
REFUSED = 69


@pytest.fixture
def authority(lab) -> Authority:
    """The authority that signs what the servers of a test show."""
    return Authority(lab.folder)


def _webhook(lab, receiver: Receiver, status=0, **settings):
    recorder = lab.recorder(
        RTSP_URL=lab.camera().url, WEBHOOK_URL=receiver.url, WEBHOOK_SECRET=SECRET,
        VIDEO_CLIP_DURATION=2, **settings)
    recorder.start()
    recorder.wait_until_recording(1)
    assert tools.cctv("notify", "test", "--output-folder", recorder.output).status == status
    return recorder


def _broker(lab, port: int, **settings):
    recorder = lab.recorder(
        RTSP_URL=lab.camera().url, MQTT_URL=f"mqtts://localhost:{port}", MQTT_USERNAME=Broker.user,
        MQTT_PASSWORD=Broker.password, VIDEO_CLIP_DURATION=2, **settings)
    recorder.start()
    return recorder


def _refused(recorder, event: str, reason: str) -> None:
    """The reason is told, recording goes on, and no secret is told with it."""
    line = recorder.wait_for(event)[0]
    assert reason in line["message"], line
    recorder.wait_for("clip.finalized", count=2, within=20)
    assert recorder.stop() == 0
    assert "canary" not in recorder.log_file.read_text() + recorder.stderr()


def test_a_webhook_is_trusted_that_an_authority_of_ones_own_has_signed(lab, authority):
    receiver = lab.keep(Receiver(certificate=authority.sign("localhost")))
    recorder = _webhook(lab, receiver, NOTIFY_CA_FILE=str(authority.file))
    eventually("the notice", lambda: receiver.events() == ["test"], within=10)
    assert receiver.deliveries[0].is_signed_with(SECRET)
    assert recorder.stop() == 0


def test_a_webhook_that_nobody_trusted_has_signed_gets_nothing(lab, authority):
    receiver = lab.keep(Receiver(certificate=authority.sign("localhost")))
    _refused(_webhook(lab, receiver, REFUSED), "notice.failed", "NOTIFY_CA_FILE")
    assert not receiver.deliveries and not receiver.refused


def test_a_webhook_with_another_hosts_certificate_gets_nothing(lab, authority):
    receiver = lab.keep(Receiver(certificate=authority.sign("another.test")))
    recorder = _webhook(lab, receiver, REFUSED, NOTIFY_CA_FILE=str(authority.file))
    _refused(recorder, "notice.failed", "another host name")
    assert not receiver.deliveries and not receiver.refused


def test_a_webhook_whose_certificate_has_expired_gets_nothing(lab, authority):
    receiver = lab.keep(Receiver(certificate=authority.sign("localhost", days=-1)))
    recorder = _webhook(lab, receiver, REFUSED, NOTIFY_CA_FILE=str(authority.file))
    _refused(recorder, "notice.failed", "expired")
    assert not receiver.deliveries and not receiver.refused


def test_a_broker_is_trusted_that_an_authority_of_ones_own_has_signed(lab, authority):
    port = free_port()
    broker = lab.keep(
        Broker(lab.folder, port, authority.sign("localhost"), authority=authority.file))
    recorder = _broker(lab, port, NOTIFY_CA_FILE=str(authority.file))
    broker.wait_for("/availability", "online")
    broker.wait_for("/camera/camera/recording", "ON")
    assert recorder.stop() == 0
    broker.wait_for("/availability", "offline")


def test_a_broker_that_nobody_trusted_has_signed_hears_no_password(lab, authority):
    port = free_port()
    broker = lab.keep(
        Broker(lab.folder, port, authority.sign("localhost"), authority=authority.file))
    _refused(_broker(lab, port), "broker.disconnected", "NOTIFY_CA_FILE")
    assert broker.topic("/availability") is None


def test_a_broker_with_another_hosts_certificate_hears_no_password(lab, authority):
    port = free_port()
    lab.keep(Broker(lab.folder, port, authority.sign("another.test"), authority=authority.file))
    recorder = _broker(lab, port, NOTIFY_CA_FILE=str(authority.file))
    _refused(recorder, "broker.disconnected", "another host name")


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_authorities_that_cannot_be_read_are_told_and_nothing_goes_in_clear_text(
    lab, authority, content
):
    """A client that fails to prepare its encryption must not go on without."""
    port = free_port()
    lab.keep(Broker(lab.folder, port))
    file = lab.folder / "authorities.pem"
    if content:
        file.write_text(content)
    receiver = lab.keep(Receiver(certificate=authority.sign("localhost")))
    recorder = _broker(lab, port, NOTIFY_CA_FILE=str(file), WEBHOOK_URL=receiver.url)
    recorder.wait_for("broker.disconnected")
    assert tools.cctv("notify", "test", "--output-folder", recorder.output).status == REFUSED
    _refused(recorder, "notice.failed", "NOTIFY_CA_FILE")
    assert not recorder.log("broker.connected")
    assert not receiver.deliveries and not receiver.refused
