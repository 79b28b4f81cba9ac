public import Platform

/// Why a camera was not recorded.
public enum GapCause: String, Hashable, Sendable, CaseIterable {
    /// The session was being set up, or its first key frame was awaited.
    case connecting
    /// The camera did not answer, or refused for another reason than the login.
    case unreachable
    /// The camera refused the user name or the password.
    case loginRefused = "login-refused"
    /// The camera sent no picture until the deadline.
    case stalled
    /// The camera closed the session.
    case cameraClosed = "camera-closed"
    /// Pictures came that could not be recorded: no key frame, another codec, another size.
    case unusableVideo = "unusable-video"
    /// The disk did not keep up.
    case diskSlow = "disk-slow"
    /// The disk was full and no clip could be deleted for more.
    case diskFull = "disk-full"
    /// The disk was unmounted.
    case diskMissing = "disk-missing"
    /// The disk took no writes or failed.
    case diskFailing = "disk-failing"
    /// A person had stopped the recording.
    case stopped
    /// The recorder did not run.
    case recorderNotRunning = "recorder-not-running"
    /// The machine's or the camera's clock stepped.
    case clockStep = "clock-step"
    /// Nothing is known of it.
    case unknown

    /// The cause in words.
    public var text: String {
        switch self {
        case .connecting: "connecting"
        case .unreachable: "camera unreachable"
        case .loginRefused: "login refused"
        case .stalled: "camera stalled"
        case .cameraClosed: "camera closed the session"
        case .unusableVideo: "unusable video"
        case .diskSlow: "disk too slow"
        case .diskFull: "disk full"
        case .diskMissing: "disk not mounted"
        case .diskFailing: "disk failing"
        case .stopped: "stopped by the user"
        case .recorderNotRunning: "recorder not running"
        case .clockStep: "clock step"
        case .unknown: "unknown"
        }
    }
}

/// Time of a camera without pictures, and why.
public struct Gap: Hashable, Sendable {
    /// The camera's `NAME`; nil for the camera of `RTSP_URL`.
    public var camera: String?
    /// From the end of the last picture, or of another gap, on.
    public var range: Range<WallTime>
    /// Why.
    public var cause: GapCause
    /// More about the cause, for people; empty if there is no more.
    public var detail: String

    /// A gap.
    public init(camera: String?, range: Range<WallTime>, cause: GapCause, detail: String = "") {
        self.camera = camera
        self.range = range
        self.cause = cause
        self.detail = detail
    }

    var line: JSONLine {
        JSONLine([
            "camera": .text(camera ?? ""), "from": .text(range.lowerBound.utcText),
            "seconds": .integer((range.upperBound - range.lowerBound).nanoseconds / 1_000_000_000),
            "from_ns": .integer(range.lowerBound.nanoseconds),
            "to_ns": .integer(range.upperBound.nanoseconds), "cause": .text(cause.rawValue),
            "detail": .text(detail),
        ])
    }

    init?(_ line: JSONLine) {
        guard let from = line.integer("from_ns"), let to = line.integer("to_ns"), from < to else {
            return nil
        }
        let camera = line.text("camera") ?? ""
        self.init(
            camera: camera.isEmpty ? nil : camera,
            range: WallTime(nanoseconds: from)..<WallTime(nanoseconds: to),
            // A cause that a newer version of the program knows.
            cause: line.text("cause").flatMap(GapCause.init) ?? .unknown,
            detail: line.text("detail") ?? "")
    }
}
