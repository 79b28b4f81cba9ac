import AVRemux
import Platform
import RTSP

/// Writes what happens to a camera into the log.
struct CameraReporter: Sendable {
    let log: Log
    let camera: String

    func report(_ event: CameraEvent) {
        switch event {
        case .connecting(let attempt):
            write(
                attempt == 1 ? .info : .debug, .cameraConnecting, "Connecting to the camera",
                ["attempt": JSON(attempt)])
        case .connected(let facts): connected(facts)
        case .audio(let verdict): audio(verdict)
        case .recording: write(.info, .cameraRecording, "The camera is recorded")
        case .sessionEnded(let end, let retryIn): ended(end, retryIn)
        case .packetsLost(let count):
            write(.warning, .cameraPacketsLost, "Packets were lost", ["packets": JSON(count)])
        case .timeRepaired(let repairs):
            write(
                .debug, .cameraTimeRepaired, "The camera's time stamps were repaired",
                [
                    "nudged": JSON(repairs.nudged), "outliers": JSON(repairs.outliers),
                    "filled": JSON(repairs.filled),
                ])
        case .timeJumped(let jump):
            write(
                .warning, .cameraTimeJumped, "The camera's clock jumped; a new clip begins",
                ["seconds": JSON(jump.seconds)])
        case .parametersChanged(let old, let new):
            write(
                .info, .cameraParametersChanged,
                "The video changed from \(old.text) to \(new.text); a new clip begins")
        case .keyFrameOverdue(let time):
            write(
                .warning, .cameraKeyFrameOverdue,
                "No key frame for a new clip yet; set a shorter key-frame interval in the camera",
                ["seconds": JSON(time.seconds)])
        case .framesDropped(let count):
            write(
                .error, .cameraFramesDropped, "Frames were dropped because the disk is slow",
                ["frames": JSON(count)])
        case .framesRefused(let count):
            write(
                .warning, .cameraFramesRefused, "Frames are in no clip, the disk takes none",
                ["frames": JSON(count)])
        case .diskCaughtUp:
            write(.info, .cameraDiskCaughtUp, "The disk keeps up again, all frames are written")
        case .libav(let level, let line):
            // AV_LOG_ERROR is 16, AV_LOG_WARNING 24: what matters to the recording has an event.
            write(level <= 16 ? .warning : .debug, .cameraLibav, line)
        }
    }

    private func connected(_ facts: ConnectionFacts) {
        write(
            .info, .cameraConnected, "Connected: \(facts.video.text)",
            [
                "codec": JSON(facts.video.codec), "width": JSON(facts.video.width),
                "height": JSON(facts.video.height), "server": JSON(facts.server),
                "authentication": JSON(facts.authentication.word),
                "key_frame_seconds": JSON(facts.timeToKeyFrame.seconds),
            ])
    }

    private func audio(_ verdict: AudioVerdict) {
        var level = LogLevel.info
        if case .dropped = verdict { level = .warning }
        write(level, .cameraAudio, "Sound: \(verdict.text)")
    }

    private func ended(_ end: SessionEnd, _ retryIn: Duration?) {
        guard let retryIn else {
            return write(.info, .cameraDisconnected, "Disconnected: \(end)")
        }
        // Long waits are fixed; short ones vary and would keep equal lines from being folded.
        let seconds = Int(retryIn.seconds.rounded())
        let next = seconds > 30 ? "next attempt in \(seconds) s" : "trying again"
        let event: EventName =
            switch end {
            case .failed(.unauthorized), .failed(.forbidden), .failed(.basicRefused): .cameraRefused
            default: .cameraDisconnected
            }
        write(.warning, event, "\(end); \(next)", ["retry_seconds": JSON(retryIn.seconds)])
    }

    private func write(
        _ level: LogLevel, _ event: EventName, _ message: String,
        _ fields: KeyValuePairs<String, JSON> = [:]
    ) {
        log.write(level, event, camera: camera, message, fields)
    }
}
