/// A set of interleaved channel numbers.
public struct ChannelSet: Equatable, Sendable {
    private var words: SIMD4<UInt64> = .zero

    /// No channel.
    public init() {}

    /// Every channel.
    public static let all: ChannelSet = {
        var set = ChannelSet()
        set.words = SIMD4(repeating: .max)
        return set
    }()

    /// Whether the channel belongs to the set.
    public func contains(_ channel: UInt8) -> Bool {
        words[Int(channel >> 6)] & (1 << UInt64(channel & 63)) != 0
    }

    /// Adds a channel.
    public mutating func insert(_ channel: UInt8) {
        words[Int(channel >> 6)] |= 1 << UInt64(channel & 63)
    }
}

/// What lies at the front of the bytes of an RTSP connection.
public enum WireElement: Equatable {
    /// Nothing whole yet; at least so many bytes are needed from here on.
    case incomplete(needed: Int)
    /// A binary packet (RFC 2326 10.12): four bytes of framing, then `length` bytes.
    case interleaved(channel: UInt8, length: Int)
    /// A message of `length` bytes.
    case message(RTSPMessage, length: Int)
    /// `length` bytes that belong to nothing and are to be skipped.
    case noise(length: Int)
}

/// Tells packets and messages apart on an RTSP connection, from either side.
///
/// When the bytes stop making sense, as they do when a camera sends a packet in part only, it looks
/// for the next place that can be the start of something. It is then stricter, because a random `$`
/// is more likely than a real one: a packet counts only once what follows it makes sense too.
public struct WireReader: Sendable {
    /// The bytes in front of an interleaved packet.
    public static let framingLength = 4

    /// The channels that have been agreed on.
    public var channels: ChannelSet
    /// False while the start of the next element is being looked for.
    public private(set) var isInSync = true

    /// A reader that is at the start of an element.
    public init(channels: ChannelSet = ChannelSet()) { self.channels = channels }

    /// Returns what `bytes` start with.
    ///
    /// - Throws: `malformed` or `notRTSP` from a message that cannot be skipped with reason.
    public mutating func next(in bytes: UnsafeRawBufferPointer) throws(RTSPError) -> WireElement {
        switch Self.start(of: bytes, at: 0, agreed: isInSync ? .all : channels, strict: !isInSync) {
        case .packet:
            let length = Int(bytes[2]) << 8 | Int(bytes[3])
            let whole = Self.framingLength + length
            guard bytes.count >= whole else { return .incomplete(needed: whole) }
            isInSync = true
            return .interleaved(channel: bytes[1], length: length)
        case .message:
            return try message(in: bytes)
        case .undecided:
            return .incomplete(needed: bytes.count + 1)
        case .nothing:
            isInSync = false
            var end = 1
            while end < bytes.count,
                Self.start(of: bytes, at: end, agreed: channels, strict: true) == .nothing
            {
                end += 1
            }
            return .noise(length: end)
        }
    }

    private mutating func message(
        in bytes: UnsafeRawBufferPointer
    ) throws(RTSPError) -> WireElement {
        do {
            switch try MessageParser.parse(bytes) {
            case .incomplete(let needed): return .incomplete(needed: needed)
            case .blank(let length): return .noise(length: length)
            case .message(let message, let length):
                isInSync = true
                return .message(message, length: length)
            }
        } catch {
            // While searching, what looked like a message was a few letters of a picture.
            guard !isInSync else { throw error }
            return .noise(length: 1)
        }
    }

    private enum Start { case packet, message, undecided, nothing }

    private static let words: [[UInt8]] = [
        "RTSP/", "OPTIONS ", "DESCRIBE ", "ANNOUNCE ", "SETUP ", "PLAY ", "PAUSE ", "TEARDOWN ",
        "GET_PARAMETER ", "SET_PARAMETER ", "REDIRECT ", "RECORD ", "PLAY_NOTIFY ",
    ].map { Array($0.utf8) }

    /// Returns what can start at `offset`.
    ///
    /// The first byte of an RTP or RTCP packet has 2 in its upper two bits (RFC 3550 5.1, 6.4.1).
    private static func start(
        of bytes: UnsafeRawBufferPointer, at offset: Int, agreed: ChannelSet, strict: Bool
    ) -> Start {
        let left = bytes.count - offset
        guard left > 0 else { return .undecided }
        if bytes[offset] == 0x24 {
            guard left > 1 else { return .undecided }
            guard agreed.contains(bytes[offset + 1]) else { return .nothing }
            guard left > framingLength else { return .undecided }
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            let hasVersion2 = bytes[offset + framingLength] >> 6 == 2
            guard strict else { return hasVersion2 || length == 0 ? .packet : .nothing }
            guard hasVersion2, length >= 8 else { return .nothing }
            return follower(of: bytes, at: offset + framingLength + length, agreed: agreed)
        }
        if bytes[offset] == 0x0D || bytes[offset] == 0x0A { return strict ? .nothing : .message }
        for word in words where bytes[offset] == word[0] {
            let matching = zip(bytes[offset...], word).prefix { $0 == $1 }.count
            if matching == word.count { return .message }
            if matching == left { return .undecided }
        }
        return .nothing
    }

    /// Returns whether a packet that ends at `end` is one, by what comes next.
    private static func follower(
        of bytes: UnsafeRawBufferPointer, at end: Int, agreed: ChannelSet
    ) -> Start {
        guard bytes.count > end + 1 else { return .undecided }
        let isPacket = bytes[end] == 0x24 && agreed.contains(bytes[end + 1])
        let isResponse = bytes[end] == 0x52 && bytes[end + 1] == 0x54
        return isPacket || isResponse ? .packet : .nothing
    }
}
