public import Platform

/// How RTP comes from the camera.
public enum MediaTransport: String, Sendable, CaseIterable {
    /// Interleaved with RTSP on its TCP connection (RFC 2326 10.12): nothing is lost on the way.
    case tcp
    /// In datagrams of its own.
    case udp
}

/// What a medium carries.
public enum MediaKind: String, Sendable, CaseIterable {
    /// Moving pictures.
    case video
    /// Sound.
    case audio
    /// Anything else: metadata, a back channel. Described but never asked for.
    case application
}

/// Makes the channel of an `rtsps:` URL: connects, encrypts, and honours deadline and cancellation.
public typealias ChannelFactory =
    @Sendable (
        _ url: CameraURL, _ deadline: MonotonicTime, _ cancellation: Cancellation
    ) throws(RTSPError) -> any ByteChannel

/// Everything `RTSPClient.open` needs to know.
public struct SessionRequest: Sendable {
    /// Where the stream is.
    public var url: CameraURL
    /// Who we are; they are sent to the URL's host and port only, and only when asked for.
    public var credentials: Credentials?
    /// How the media are to come.
    public var transport: MediaTransport = .tcp
    /// The kinds of media to ask for, at most one medium each.
    public var media: Set<MediaKind> = [.video, .audio]
    /// How long one operation may take: a connection attempt, a request with its answer.
    public var networkTimeout: Duration = .seconds(5)
    /// How long everything from name resolution to PLAY's answer may take together.
    public var openTimeout: Duration = .seconds(10)
    /// How long received bytes may wait for others, so that one system call brings many packets.
    ///
    /// What is traded: packets come late by as much at most, and the thread is woken that seldom. At
    /// 4 Mbit/s 100 ms means 10 reads a second where a packet at a time would mean 400, and takes
    /// two thirds of the CPU of a read for each video frame. 64 KiB end the wait at any rate; zero
    /// takes every byte as it comes.
    public var receiveCoalescing: Duration = .milliseconds(100)
    /// The name we give in `User-Agent`.
    public var userAgent = "cctv"
    /// The hash functions of Digest.
    public var hashes: DigestHashes
    /// Makes the channel of an `rtsps:` URL; without it such URLs fail.
    public var secureChannel: ChannelFactory?

    /// A request with the usual values; the URL's own credentials are used unless others are given.
    public init(url: CameraURL, credentials: Credentials? = nil, hashes: DigestHashes) {
        self.url = url
        self.credentials = credentials ?? url.credentials
        self.hashes = hashes
    }
}
