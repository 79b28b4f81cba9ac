/// What happened to a camera; delivered on the camera's thread, in order.
public enum CameraEvent: Sendable {
    /// A session begins; the first attempt of a series is number 1.
    case connecting(attempt: Int)
    /// The camera plays.
    case connected(ConnectionFacts)
    /// What becomes of the session's sound.
    case audio(AudioVerdict)
    /// The first key frame after a gap went into a clip: the camera is recorded.
    case recording
    /// A session ended; the next begins after `retryIn`, or never when that is nil.
    case sessionEnded(SessionEnd, retryIn: Duration?)
    /// RTP packets were lost since the last such event (at most one a second).
    case packetsLost(Int)
    /// Time stamps were repaired since the last such event (at most one a second).
    case timeRepaired(TimeRepairs)
    /// The camera's time line jumped by this much and stayed there; a new clip begins.
    case timeJumped(Duration)
    /// Picture size, profile or codec changed; a new clip begins.
    case parametersChanged(from: VideoFacts, to: VideoFacts)
    /// No key frame has come for this long past the clip's boundary.
    case keyFrameOverdue(Duration)
    /// Video was dropped because the disk is slow: frames since the last such event.
    case framesDropped(Int)
    /// Video was dropped because no clip takes it, as while the disk is gone: frames since the last
    /// such event.
    case framesRefused(Int)
    /// Video flows to the disk again after frames were dropped.
    case diskCaughtUp
    /// A line that libav logged for this camera, without secrets; `level` as in libavutil/log.h.
    case libav(level: Int32, line: String)
}

/// How often the time line had to correct the camera, by kind.
public struct TimeRepairs: Sendable, Equatable {
    /// Stamps equal to or a little before the one before.
    public var nudged = 0
    /// Single stamps far off the line.
    public var outliers = 0
    /// Stamps that were missing.
    public var filled = 0

    /// No repairs.
    public init() {}

    /// The sum over all kinds.
    public var total: Int { nudged + outliers + filled }
}
