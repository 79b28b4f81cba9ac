/// What is known about an open session.
public struct SessionFacts: Equatable, Sendable {
    /// The description as the camera sent it.
    public var sdp: String
    /// All media of the description, in its order.
    public var media: [MediaDescription]
    /// The media that were set up, as indices into `media`; video first.
    public var chosen: [Int]
    /// A description of the chosen media only, for libavformat's SDP demuxer.
    ///
    /// Each medium has a payload type of its own, and received packets are changed to match.
    public var demuxerSDP: String
    /// How long the camera keeps the session without a sign of life.
    public var sessionTimeout: Duration
    /// How we had to identify ourselves.
    public var authenticationUsed: AuthenticationScheme
    /// The camera's `Server` line; empty if it sends none.
    public var serverName: String
}

/// A way to tell who one is, in the order of their strength.
public enum AuthenticationScheme: Int, Comparable, Sendable {
    /// None was asked for.
    case none
    /// The password in clear text (RFC 7617).
    case basic
    /// Digest with MD5 (RFC 2617).
    case digestMD5
    /// Digest with SHA-256 (RFC 7616).
    case digestSHA256

    /// Orders schemes by strength.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
