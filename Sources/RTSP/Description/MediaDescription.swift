/// One medium of a camera's session description (RFC 4566 5.14), as far as it concerns us.
public struct MediaDescription: Equatable, Sendable {
    /// What it carries.
    public var kind: MediaKind
    /// The RTP payload type of its first format, 0 to 127.
    public var payloadType: UInt8
    /// The encoding's name in upper case as in `a=rtpmap`: `H264`, `MPEG4-GENERIC`, `PCMA`.
    public var encodingName: String
    /// RTP ticks per second.
    public var clockRate: Int
    /// The number of audio channels; 1 for everything else.
    public var channels: Int
    /// The parameters of `a=fmtp`, as sent.
    public var formatParameters: String
    /// The value of `a=control`, as sent; empty if there is none.
    public var control: String
}
