"""Name servers that do not answer."""

import subprocess
import sys
import time

import pytest
import tools

# A name server that takes every question and answers none, in a machine that knows no other.
SILENT = """
import os, socket, subprocess, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps"])
def test_a_name_server_that_is_silent_costs_no_more_than_the_time_for_one_operation(lab, scheme):
    resolver = lab.folder / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\n")
    inner = (
        f"mount --bind {resolver} /etc/resolv.conf && "
        f"exec {sys.executable} -c '{SILENT}' \"$@\""
    )
    began = time.monotonic()
    done = subprocess.run(
        lab.network.wrap(
            lab.network.recorder, "unshare", "-m", "bash", "-c", inner, "bash", tools.CCTV, "probe",
            f"{scheme}://camera.test/stream", "--ffmpeg-timeout", 1_000_000),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        env=tools.clean_environment(), check=False,
    )
    elapsed = time.monotonic() - began
    assert done.returncode == 69, done.stderr
    assert "camera.test" in done.stderr, done.stderr
    # glibc itself asks twice and waits five seconds each time.
    assert elapsed < 4, f"{elapsed:.1f} s: {done.stderr}"
