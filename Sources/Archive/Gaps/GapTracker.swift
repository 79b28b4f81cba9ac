import ISOBMFF
import Platform

/// Follows one camera and tells each stretch of time without pictures, with its cause.
///
/// Times are those of the wall clock; what a step of it turns around is no gap.
struct GapTracker {
    /// Time without pictures that is shorter is a late key frame, not a gap.
    private static let shortest = Duration.nanoseconds(ClipTimeline.shortestGap)

    private let camera: String?
    /// Clips that take pictures now; at a rotation the next may begin before the last ends.
    private var open: Set<UInt64> = []
    /// Where the present gap, or the present part of it, begins; nil before anything is known.
    private var since: WallTime?
    private var cause: GapCause
    private var detail = ""

    /// Begins to follow a camera.
    ///
    /// - Parameters:
    ///   - covered: up to when clips and gaps of an earlier run of the recorder tell of it.
    ///   - started: when this run began; the time from `covered` on nobody recorded.
    init(camera: String?, covered: WallTime?, started: WallTime) {
        self.camera = camera
        since = covered ?? started
        cause = covered == nil ? .connecting : .recorderNotRunning
    }

    /// The camera is not recorded for this reason from now on; while it is recorded, that is none.
    mutating func note(_ cause: GapCause, _ detail: String, at time: WallTime) -> Gap? {
        guard open.isEmpty, (cause, detail) != (self.cause, self.detail) else { return nil }
        // Between attempts a camera that refuses is no camera that is being connected to.
        guard cause != .connecting || self.cause == .recorderNotRunning || self.cause == .stopped
        else { return nil }
        defer { (self.cause, self.detail) = (cause, detail) }
        return part(upTo: time)
    }

    /// A clip takes pictures from `start` on.
    mutating func opened(_ clip: ClipFacts) -> Gap? {
        defer { open.insert(clip.sequence) }
        guard open.isEmpty, let since else { return nil }
        defer { self.since = nil }
        guard clip.start - since > Self.shortest else { return nil }
        return part(upTo: clip.start)
    }

    /// A clip takes no more pictures; said again of the same clip it changes nothing.
    mutating func ended(_ clip: ClipFacts, at end: WallTime, _ cause: GapCause) {
        guard open.remove(clip.sequence) != nil, open.isEmpty else { return }
        since = end
        self.cause = cause
        detail = ""
    }

    /// The recorder stops: tells the gap so far.
    mutating func finish(at time: WallTime) -> Gap? { open.isEmpty ? part(upTo: time) : nil }

    private mutating func part(upTo time: WallTime) -> Gap? {
        guard let since, time > since else { return nil }
        self.since = time
        return Gap(camera: camera, range: since..<time, cause: cause, detail: detail)
    }
}

extension GapCause {
    /// What the end of a clip tells of the time after it, when nobody tells more.
    init(_ reason: EndReason) {
        self =
            switch reason {
            case .rotated, .sizeLimit, .timeJump: .clockStep
            case .stopped: .stopped
            case .cameraClosed: .cameraClosed
            case .stalled: .stalled
            case .parametersChanged: .connecting
            case .diskSlow: .diskSlow
            case .diskError: .diskFailing
            case .recovered: .recorderNotRunning
            case .other: .unknown
            }
    }

    /// What keeps the volume from taking clips keeps every camera from being recorded.
    init(_ trouble: VolumeTrouble) {
        self =
            switch trouble {
            case .notMounted: .diskMissing
            case .full: .diskFull
            case .readOnly, .failing: .diskFailing
            }
    }
}
