"""What the guide says of notices and metrics, typed as it stands there."""

import json
import re
import shlex
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
import tools
from broker import Broker, free_port

GUIDE = tools.ROOT / "docs/guide"


def _blocks(page: str, language: str) -> list[str]:
    """The blocks of code in one language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (GUIDE / page).read_text(), re.M | re.S)


def test_the_guides_receiver_takes_what_is_signed_and_nothing_else(lab):
    (program,) = _blocks("notices.md", "python")
    port, secret = free_port(), "a long random text"
    file = lab.folder / "hook.py"
    file.write_text(program)
    hook = subprocess.Popen(
        [sys.executable, "-B", file, str(port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=tools.clean_environment(WEBHOOK_SECRET=secret))
    try:
        url = f"http://127.0.0.1:{port}/hook"
        recorder = lab.recorder(
            RTSP_URL=lab.camera().url, WEBHOOK_URL=url, WEBHOOK_SECRET=secret)
        recorder.start()
        recorder.wait_until_recording(1)
        assert tools.cctv("notify", "test", "--output-folder", recorder.output).status == 0
        assert "test" in hook.stdout.readline()
        forged = urllib.request.Request(
            url, b"{}", {"X-CCTV-Timestamp": "1", "X-CCTV-Signature": "sha256=00"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(forged, timeout=10)
        assert recorder.stop() == 0
    finally:
        tools.end(hook)
        hook.stdout.close()


def test_the_guides_settings_hold(lab):
    blocks = [block for block in _blocks("notices.md", "json") if '"event"' not in block]
    assert len(blocks) == 2
    for block in blocks:
        file = lab.folder / "config.json"
        file.write_text(json.dumps(
            json.loads(block) | {"RTSP_URL": "rtsp://127.0.0.1/x", "OUTPUT_FOLDER": "recordings"}))
        file.chmod(0o600)
        result = tools.cctv("config", "check", "--config", file, cwd=lab.folder)
        assert result.status == 0, str(result)


def test_the_guides_listener_hears_the_broker(lab):
    port = free_port()
    lab.keep(Broker(lab.folder, port))
    (line,) = [
        line.removeprefix("$ ") for block in _blocks("notices.md", "") for line in block.split("\n")
        if "mosquitto_sub" in line
    ]
    words = shlex.split(line.replace("secret", Broker.password))
    recorder = lab.recorder(
        RTSP_URL=lab.camera().url, MQTT_URL=f"mqtt://127.0.0.1:{port}",
        MQTT_USERNAME=Broker.user, MQTT_PASSWORD=Broker.password)
    recorder.start()
    recorder.wait_for("broker.connected")
    heard = tools.run(*words, "-p", port, "-C", 1, "-W", 20)
    assert heard.status == 0 and heard.out.startswith("cctv/cctv_"), str(heard)
    assert recorder.stop() == 0


def test_the_guides_commands_for_metrics_work(lab):
    port = free_port()
    recorder = lab.recorder(RTSP_URL=lab.camera().url, LISTEN=f"127.0.0.1:{port}", WEB=True)
    recorder.start()
    recorder.wait_for("console.listening")
    answers = {}
    for block in _blocks("watch.md", "sh"):
        words = shlex.split(block.replace("8480", str(port)))
        result = tools.run(tools.tool(words[0]), *words[1:], cwd=tools.ROOT)
        assert result.status == 0, f"{words}: {result}"
        answers[words[-1].rpartition("/")[2]] = result.out
    assert re.search(r'^cctv_camera_enabled\{camera="camera"\} 1$', answers["metrics"], re.M)
    assert answers["readyz"] == "ok\n" and "SUCCESS" in answers["alerts.yml"]
    assert not _unknown(answers["metrics"])
    assert recorder.stop() == 0


def _unknown(text: str) -> list[str]:
    """Metrics that the reference does not explain."""
    page = (tools.ROOT / "docs/reference/metrics.md").read_text()
    return [name for name in re.findall(r"^# TYPE (\S+)", text, re.M) if f"`{name}`" not in page]
