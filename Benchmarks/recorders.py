"""The recorders that are compared: each records URLs into a folder per camera."""

import json
import signal
from pathlib import Path

import processes


class FFmpeg:
    """One `ffmpeg -c copy -f segment` per camera."""

    name = "ffmpeg"

    def __init__(self, urls, folder, clip, core):
        self.folders = [Path(folder) / f"{index}" for index in range(len(urls))]
        self.processes = []
        for url, target in zip(urls, self.folders):
            target.mkdir()
            command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp"]
            command += ["-i", url, "-c", "copy", "-f", "segment", "-segment_time", clip]
            self.processes.append(processes.start(command + [target / "%05d.mp4"], core))

    def stop(self):
        processes.stop(self.processes, signal.SIGINT)


class CCTV:
    """`cctv record` with all cameras."""

    name = "cctv"
    program = ".build/release/cctv"

    def __init__(self, urls, folder, clip, core):
        cameras = [{"NAME": f"{i}", "RTSP_URL": url} for i, url in enumerate(urls)]
        self.folders = [Path(folder) / camera["NAME"] for camera in cameras]
        settings = Path(folder) / "config.json"
        settings.write_text(
            json.dumps(
                {
                    "OUTPUT_FOLDER": str(folder),
                    "CAMERAS": cameras,
                    "VIDEO_CLIP_DURATION": clip,
                    "ALIGN_CLIPS": False,
                    "WEB": False,
                }
            )
        )
        self._log = open(Path(folder) / "stderr", "wb")
        command = [self.program, "record", "--config", settings]
        self.processes = [processes.start(command, core, stderr=self._log)]

    def stop(self):
        processes.stop(self.processes, signal.SIGTERM)
        self._log.close()


def pids(recorder):
    """The recorder's processes; all must live."""
    for process in recorder.processes:
        if process.poll() is not None:
            raise SystemExit(f"{recorder.name} ended early with {process.returncode}")
    return [process.pid for process in recorder.processes]
