internal import Platform
public import RTSP

/// Why a session with a camera ended or could not begin.
public enum SessionEnd: Error, Sendable, Equatable {
    /// `CameraRecorder.stop()` was called.
    case stopped
    /// RTSP failed, with the camera's or the network's reason.
    case failed(RTSPError)
    /// No video frame arrived for this long.
    case stalled(Duration)
    /// No key frame arrived within this time of the start.
    case noKeyFrame(Duration)
    /// The camera sends no parameter sets, neither in its SDP nor before its key frames.
    case noParameterSets
    /// The camera's video cannot be kept in MP4; the codec's name.
    case unsupportedVideo(String)
    /// libavformat could not read the stream.
    case libav(AVError)
}

extension SessionEnd: CustomStringConvertible {
    /// A sentence for a person: what happened, and what to do about it.
    public var description: String {
        switch self {
        case .stopped:
            "stopped on request"
        case .failed(let error):
            error.description
        case .stalled(let time):
            "no picture came for \(Self.text(time)): check the camera and its network"
        case .noKeyFrame(let time):
            "no key frame came for \(Self.text(time)): set a shorter key-frame interval in the"
                + " camera, and switch its smart codec off"
        case .noParameterSets:
            "the camera sends no parameter sets (SPS, PPS), without which nothing can be decoded:"
                + " restart it or look for newer firmware"
        case .unsupportedVideo(let codec):
            "the camera's video is \(codec), which MP4 clips cannot hold: choose H.264 or H.265"
        case .libav(let error):
            "the camera's stream cannot be read: \(error)"
        }
    }

    private static func text(_ time: Duration) -> String {
        let tenths = (time.seconds * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths)) s" : "\(tenths) s"
    }
}

extension SessionEnd {
    /// Gives the ends that an RTSP client cannot tell apart their own names.
    func named(stallTimeout: Duration) -> SessionEnd {
        switch self {
        case .failed(.cancelled): .stopped
        case .failed(.timedOut(phase: .packet)): .stalled(stallTimeout)
        default: self
        }
    }

    /// What the clip that was open says of its end.
    var clipReason: ClipFinish.Reason {
        switch self {
        case .stopped: .stopped
        case .stalled, .noKeyFrame, .noParameterSets: .stalled
        case .failed, .unsupportedVideo, .libav: .cameraClosed
        }
    }
}

/// Runs calls of libav whose failure ends a session.
func endingSession<Result: ~Copyable>(
    _ body: () throws(AVError) -> Result
) throws(SessionEnd) -> Result {
    do { return try body() } catch { throw .libav(error) }
}
