public import Platform
public import RTSP

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

/// Facts of a video stream that decide whether two key frames fit into one clip.
public struct VideoFacts: Sendable, Equatable {
    /// libavcodec's name of the codec: `h264`, `hevc`, `mjpeg`.
    public var codec: String
    /// Width of the picture in pixels.
    public var width: Int
    /// Height of the picture in pixels.
    public var height: Int
    /// The profile's number in the codec's standard; negative when there is none.
    public var profile: Int
    /// libavutil's name of the pixel format, which tells chroma and bit depth: `yuv420p`.
    public var pixelFormat: String

    /// Facts of a video stream.
    public init(codec: String, width: Int, height: Int, profile: Int, pixelFormat: String) {
        self.codec = codec
        self.width = width
        self.height = height
        self.profile = profile
        self.pixelFormat = pixelFormat
    }
}

/// What becomes of a session's sound, and why.
public enum AudioVerdict: Sendable, Equatable {
    /// The packets are copied.
    case copied(codec: String, sampleRate: Int, channels: Int)
    /// The sound is decoded and encoded to AAC.
    case encoded(from: String, sampleRate: Int, channels: Int, bitrate: Int)
    /// The camera offers no sound.
    case absent
    /// The settings leave sound out.
    case off
    /// The sound is left out for a reason told in words.
    case dropped(String)
}

/// What is known of a session once it plays.
public struct ConnectionFacts: Sendable, Equatable {
    /// The video stream.
    public var video: VideoFacts
    /// The `Server` header of the camera; empty if it sent none.
    public var server: String
    /// How the camera wanted to be convinced.
    public var authentication: AuthenticationScheme
    /// From the first byte sent to the first key frame.
    public var timeToKeyFrame: Duration

    /// Facts of a session.
    public init(
        video: VideoFacts, server: String, authentication: AuthenticationScheme,
        timeToKeyFrame: Duration
    ) {
        self.video = video
        self.server = server
        self.authentication = authentication
        self.timeToKeyFrame = timeToKeyFrame
    }
}

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
    /// What becomes of the sound of the present or last session.
    public var audio: AudioVerdict?
    /// When the last video frame arrived.
    public var lastVideo: MonotonicTime?
    /// Video frames that went into clips since the recorder began.
    public var frames: UInt64 = 0
    /// Bytes of samples that went into clips since the recorder began.
    public var bytes: UInt64 = 0
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
