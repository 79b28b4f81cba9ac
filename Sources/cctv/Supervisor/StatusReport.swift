import AVRemux
import Glibc
import Platform
import RTSP

/// What `cctv status` is told.
enum StatusReport {
    static func json(
        settings: Settings, isOn: Bool, states: [(camera: Settings.Camera, status: CameraStatus?)],
        archive: ArchiveReporter, queuedBytes: Int, now: MonotonicTime
    ) -> JSON {
        [
            "ok": true, "recording": JSON(isOn), "pid": JSON(getpid()),
            "version": JSON(Version.program), "output_folder": JSON(settings.outputFolder),
            "queued_bytes": JSON(queuedBytes),
            "cameras": JSON(
                states.map { camera, status in
                    json(
                        camera, status, clip: archive.openClip(of: camera.recording.name), at: now)
                }),
        ]
    }

    private static func json(
        _ camera: Settings.Camera, _ status: CameraStatus?, clip: String?, at now: MonotonicTime
    ) -> JSON {
        let (state, reason, retry) = activity(status, at: now)
        return [
            "name": JSON(camera.recording.name), "url": JSON(camera.recording.url.description),
            "state": JSON(state), "reason": JSON(reason), "retry_seconds": retry,
            "since_seconds": status.map { JSON((now - $0.since).seconds) } ?? nil,
            "video": JSON(status?.video?.text), "audio": JSON(status?.audio?.text),
            "clip": JSON(clip), "frames": JSON(status?.frames ?? 0),
            "bytes": JSON(status?.bytes ?? 0), "sessions": JSON(status?.sessions ?? 0),
            "lost_packets": JSON(status?.lostPackets ?? 0),
            "dropped_frames": JSON(status?.droppedFrames ?? 0),
            "time_repairs": JSON(status?.timeRepairs ?? 0),
        ]
    }

    private static func activity(
        _ status: CameraStatus?, at now: MonotonicTime
    ) -> (state: String, reason: String?, retry: JSON) {
        switch status?.activity {
        case nil, .stopped: ("stopped", nil, nil)
        case .connecting: ("connecting", nil, nil)
        case .recording: ("recording", nil, nil)
        case .waiting(let end, let until):
            ("waiting", "\(end)", JSON(max(0, (until - now).seconds), places: 1))
        }
    }
}
