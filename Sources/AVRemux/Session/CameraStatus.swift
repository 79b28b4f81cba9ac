public import Platform

/// The present state of a camera, readable from any thread.
public struct CameraStatus: Sendable {
    /// What the camera's thread is doing.
    public enum Activity: Sendable, Equatable {
        /// It has not begun or has ended.
        case stopped
        /// It opens a session.
        case connecting
        /// It writes video.
        case recording
        /// It waits for the next attempt, which is due at `until`.
        case waiting(SessionEnd, until: MonotonicTime)
    }

    /// What the camera's thread is doing.
    public var activity: Activity = .stopped
    /// When the activity began.
    public var since: MonotonicTime
    /// The video stream of the present or last session.
    public var video: VideoFacts?
    /// The codecs of the present or last clip as RFC 6381 writes them, `avc1.64001f,mp4a.40.2`; nil
    /// before the first clip, and where MP4 has no name for one that a browser would know.
    public var codecs: String?
    /// What becomes of the sound of the present or last session.
    public var audio: AudioVerdict?
    /// When the last video frame arrived.
    public var lastVideo: MonotonicTime?
    /// Video frames that went into clips since the recorder began.
    public var frames: UInt64 = 0
    /// Bytes of samples that went into clips since the recorder began.
    public var bytes: UInt64 = 0
    /// RTP packets received since the recorder began.
    public var packets: UInt64 = 0
    /// RTP packets lost since the recorder began.
    public var lostPackets: UInt64 = 0
    /// Time stamps repaired since the recorder began.
    public var timeRepairs: UInt64 = 0
    /// Video frames dropped because the disk was slow, since the recorder began.
    public var droppedFrames: UInt64 = 0
    /// Sessions that began, since the recorder began.
    public var sessions: UInt64 = 0

    /// The state of a camera whose recorder has not begun.
    public init(since: MonotonicTime) { self.since = since }
}
