"""What outlives the recorder: who is logged in, and that nobody can look into the process."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import tools
from console import Console
from test_api import Client
from waiting import eventually


def test_a_restart_logs_nobody_out_and_nobody_in(make_console: Callable[..., Console]) -> None:
    """Sessions go on after a stop and after a crash; one that was ended does not come back."""
    console = make_console("h264-noaudio.mp4")
    client = Client(console)

    client.token = ""

    def state(cookie: str) -> str:
        def session() -> str | None:
            try:
                return json.loads(ask("GET", cookie)[2])["state"]
            except OSError:
                return None  # The recorder is not there yet.
        return eventually("the console", session, within=10)

    def ask(method: str, cookie: str, path: str = "session") -> tuple[int, dict, bytes]:
        return client.ask(method, f"/api/v1/{path}", headers={
            "Cookie": cookie, "Origin": console.url})

    cookie = client.cookie
    assert state(cookie) == "open"
    console.recorder.stop()
    console.recorder.start()
    assert state(cookie) == "open"
    file = next(console.folder.glob("state/**/sessions.json"))
    assert file.stat().st_mode & 0o777 == 0o600
    for session in json.loads(file.read_text()):
        assert cookie.partition("=")[2] not in session.values()
        assert state(f"sid={session['digest']}") == "login", "what is stolen opens nothing"
    assert ask("POST", cookie, "logout")[0] == 204
    console.recorder.kill()
    console.recorder.start()
    assert state(cookie) == "login"


def test_the_process_leaves_no_core_and_lets_nobody_look_into_it() -> None:
    """Passwords are in the memory: the kernel keeps it from files and from the user's own tools."""
    folder = Path(tempfile.mkdtemp(prefix="cctv-process-"))
    folder.chmod(0o777)
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    settings = folder / "config.json"
    settings.write_text(json.dumps({
        "OUTPUT_FOLDER": str(folder / "out"), "WEB": False, "MIN_FREE_SPACE_GB": 0,
        "RTSP_URL": "rtsp://127.0.0.1:9/none"}))
    settings.chmod(0o644)
    log = (folder / "stderr.txt").open("w")
    recorder = subprocess.Popen(
        [tools.CCTV, "record", "--config", settings], cwd=folder, stdout=log, stderr=log,
        env=tools.clean_environment(XDG_STATE_HOME=str(folder / "state")), **user)
    other = subprocess.Popen(["sleep", "60"], **user)
    try:
        def owner(process: subprocess.Popen) -> int:
            # proc(5): of a process that nobody may look into this belongs to root.
            return os.stat(f"/proc/{process.pid}/environ").st_uid

        assert owner(other) != 0, "an ordinary process belongs to its user"
        eventually("a process closed to its user", lambda: owner(recorder) == 0, within=10)
        limits = Path(f"/proc/{recorder.pid}/limits").read_text()
        line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        assert line.split()[4:6] == ["0", "0"]
        assert recorder.poll() is None, (folder / "stderr.txt").read_text()
    finally:
        for process in (recorder, other):
            process.kill()
            process.wait()
        log.close()
        shutil.rmtree(folder)
