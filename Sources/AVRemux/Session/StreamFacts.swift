public import RTSP

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
