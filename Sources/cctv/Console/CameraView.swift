import AVRemux
import Archive
import Console
import Platform
import RTSP

/// A camera's present state in the console's words.
struct CameraView {
    let now: Instant
    let isOn: Bool
    let health: VolumeHealth

    func report(
        _ camera: Settings.Camera, status: CameraStatus?, isStopped: Bool, totals: CameraTotals?,
        rates: RateMeter.Rates?, clip: ClipFacts?
    ) -> CameraReport {
        var sums = totals ?? CameraTotals()
        if let status { sums.add(status) }
        let activity = activity(camera, status, isStopped)
        let hasVideo = activity.state == .recording
        return CameraReport(
            name: camera.recording.name, state: activity.state,
            since: status.map { timestamp($0.since) }, reason: activity.reason,
            cause: activity.cause?.rawValue, retrySeconds: activity.retry,
            url: camera.recording.url.description,
            video: status?.video.map {
                CameraReport.VideoRecord($0, codecs: status?.codecs)
            }, audio: status?.audio?.text,
            bitrate: hasVideo ? rates?.bitrate : nil,
            frameRate: hasVideo ? rates?.frameRate : nil,
            lastVideo: status?.lastVideo.map(timestamp),
            clip: clip.map {
                CameraReport.OpenClip(
                    id: Int64(clamping: $0.sequence), path: $0.path, start: Timestamp($0.start))
            },
            frames: sums.frames, bytes: sums.bytes, sessions: sums.sessions,
            lostPackets: sums.lostPackets, droppedFrames: sums.droppedFrames,
            timeRepairs: sums.timeRepairs)
    }

    private struct Activity {
        var state: CameraReport.State
        var reason: String?
        var cause: LedgerCause?
        var retry: Double?
    }

    private func activity(
        _ camera: Settings.Camera, _ status: CameraStatus?, _ isStopped: Bool
    ) -> Activity {
        guard camera.enabled else { return Activity(state: .disabled) }
        guard isOn, !isStopped, let status else {
            return Activity(state: .stopped, cause: .stoppedByUser)
        }
        if let trouble = health.trouble {
            return Activity(
                state: .waiting, reason: trouble.what.text, cause: LedgerCause(trouble.what))
        }
        switch status.activity {
        case .stopped: return Activity(state: .stopped, cause: .stoppedByUser)
        case .connecting: return Activity(state: .connecting, cause: .connecting)
        case .recording: return Activity(state: .recording)
        case .waiting(let end, let until):
            return Activity(
                state: .waiting, reason: "\(end)", cause: LedgerCause(end),
                retry: max(0, (until - now.monotonic).seconds))
        }
    }

    private func timestamp(_ time: MonotonicTime) -> Timestamp {
        Timestamp(now.wall + (time - now.monotonic))
    }
}

extension CameraReport.VideoRecord {
    /// A video stream's facts in the console's words.
    ///
    /// - Parameter codecs: of the whole clip; the picture's comes first.
    init(_ facts: VideoFacts, codecs: String? = nil) {
        self.init(
            codec: facts.codec, codecName: facts.codecName,
            codecs: codecs?.split(separator: ",").first.map(String.init), width: facts.width,
            height: facts.height)
    }
}
