public import RTSP

/// What to record of one camera and how: everything a `CameraRecorder` is told.
public struct CameraSettings: Sendable, Equatable {
    /// What becomes of a camera's sound.
    public enum Audio: String, Sendable, CaseIterable {
        /// Copied where MP4 holds the codec (AAC, Opus), encoded to AAC otherwise.
        case auto
        /// Always encoded to AAC.
        case aac
        /// Left out.
        case off
    }

    /// The camera's name, for threads, events and clips; at most 32 bytes of UTF-8.
    public var name: String
    /// Where the camera is, without its password.
    public var url: CameraURL
    /// What to answer when the camera asks who is there.
    public var credentials: Credentials?
    /// How RTP packets travel (RFC 2326 12.39); `rtsps` is always TCP.
    public var transport: MediaTransport = .tcp
    /// The longest time one network operation may take; more than zero.
    public var networkTimeout: Duration = .seconds(5)
    /// Time without a video frame after which the camera counts as stalled; more than zero.
    public var stallTimeout: Duration = .seconds(5)
    /// What becomes of the sound.
    public var audio: Audio = .auto
    /// Bits per second of sound that is encoded; 8,000 to 512,000.
    public var audioBitrate: Int = 64_000
    /// The length of a clip, to the next key frame; at least one second.
    public var clipDuration: Duration = .seconds(600)
    /// Whether clip boundaries lie on the clock: 10:00, 10:10 and so on.
    public var alignClips: Bool = true
    /// Bytes after which a clip ends early; a test makes it small.
    var largestClip = Rotation.sizeLimit

    /// Settings for a camera, with the defaults for everything that is not given.
    public init(name: String, url: CameraURL, credentials: Credentials? = nil) {
        self.name = name
        self.url = url
        self.credentials = credentials
    }
}
