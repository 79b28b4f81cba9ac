/// A media file as RTP packets: what each stream is, and when each packet is due.
///
/// The packets lie one after the other in one buffer, each behind the four bytes of an interleaved
/// header (RFC 2326 10.12), so that a whole frame can be sent in one piece. What differs between
/// two sessions (channel, payload type's marker apart: sequence number, timestamp, SSRC) is 0.
public struct PacketizedMedia: Sendable {
    /// What a stream carries.
    public enum Kind: Sendable {
        /// Pictures.
        case video
        /// Sound.
        case audio
    }

    /// One elementary stream.
    public struct Stream: Sendable {
        /// Whether it is video or audio.
        public let kind: Kind
        /// The name of the codec in libavcodec's spelling: `h264`, `pcm_mulaw`.
        public let codec: String
        /// The RTP payload type, from 0 to 127.
        public let payloadType: UInt8
        /// Ticks of RTP time per second.
        public let clockRate: Int
        /// The stream's section of an SDP: its `m=` line and attributes, lines ending in CRLF.
        public let section: String
    }

    /// The packets that share one RTP timestamp: an access unit, or a piece of sound.
    public struct Frame: Sendable {
        /// The index of its stream.
        public let stream: Int
        /// RTP time since the start of the media, in ticks of the stream's clock.
        public let timestamp: Int64
        /// When it is due, in ticks of 1/90000 s since the start of the media; in decoding order.
        public let dueTicks: Int64
        /// Whether decoding can start here.
        public let isKey: Bool
        /// Whether it is an IDR picture (H.264) or any other intra random access point (H.265).
        public let isIDR: Bool
        /// Its packets, as indices of `packets`.
        public let packets: Range<Int>
        /// Where the mark's identifier ends in `bytes`, if the frame carries one.
        public let mark: Int?
    }

    /// One RTP packet in `bytes`.
    public struct Packet: Sendable {
        /// Where its interleaved header begins; its RTP header begins four bytes later.
        public let offset: Int
        /// Bytes of the RTP packet, its header included, the interleaved header not.
        public let length: Int
    }

    /// The streams, video first.
    public let streams: [Stream]
    /// The frames of all streams, in the order in which they are due.
    public internal(set) var frames: [Frame] = []
    /// The packets of all frames, in the same order.
    public internal(set) var packets: [Packet] = []
    /// The packets' bytes.
    public internal(set) var bytes: [UInt8] = []
    /// How long the media lasts, in ticks of 1/90000 s.
    public let durationTicks: Int64

    /// How long the media lasts.
    public var duration: Duration { .nanoseconds(durationTicks * 1_000_000_000 / 90_000) }

    /// Returns where the bytes of a frame lie, interleaved headers included.
    public func byteRange(of frame: Frame) -> Range<Int> {
        guard let first = frame.packets.first, let last = frame.packets.last else { return 0..<0 }
        return packets[first].offset..<packets[last].offset + 4 + packets[last].length
    }

    init(streams: [Stream], durationTicks: Int64) {
        self.streams = streams
        self.durationTicks = durationTicks
    }

    mutating func append(packet: [UInt8]) {
        packets.append(Packet(offset: bytes.count, length: packet.count))
        bytes += [UInt8(ascii: "$"), 0, UInt8(packet.count >> 8), UInt8(packet.count & 0xFF)]
        bytes += packet
    }
}
