public import ISOBMFF

/// What a player must know before a camera's frames.
public struct LiveHeader: Sendable, Equatable {
    /// An `ftyp` and a `moov` box that describe the tracks (ISO/IEC 14496-12 4.3 and 8.2.1).
    public var bytes: [UInt8]
    /// The tracks' codecs as RFC 6381 writes them, `avc1.64001f,mp4a.40.2`; nil where MP4 has no
    /// name for one that a browser would know.
    public var codecs: String?

    /// Describes the tracks.
    public init(bytes: [UInt8], codecs: String?) {
        self.bytes = bytes
        self.codecs = codecs
    }
}

/// Where a camera's frames go while somebody watches.
///
/// Every call comes from the camera's thread and must return at once: no network, no lock that is
/// held while another thread waits for one. Decode times never run backwards, not even from one
/// session to the next; only `begin` may lead back to the running GOP's key frame, when nobody had
/// watched for a while.
public protocol LiveSink: Sendable {
    /// Whether anybody watches; asked once for each frame, so that nobody costs nothing.
    var isWatched: Bool { get }
    /// Says what the tracks are; the next fragment begins with a key frame.
    func begin(_ header: LiveHeader)
    /// Takes one picture, with the sound that came before it, or some sound alone.
    func append(_ fragment: Fragment)
    /// Says that the session with the camera has ended.
    func end()
}
