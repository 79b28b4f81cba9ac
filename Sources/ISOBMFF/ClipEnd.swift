/// Why a clip ends; the codes are stored in files and never change their meaning.
public enum EndReason: UInt16, Sendable, CaseIterable, CustomStringConvertible {
    /// A cause that a newer version of the program knows.
    case other = 0
    /// The clip reached its length and the next one follows.
    case rotated = 1
    /// Recording was stopped by its operator.
    case stopped = 2
    /// The camera closed the session.
    case cameraClosed = 3
    /// The camera sent nothing until the deadline.
    case stalled = 4
    /// The camera changed its picture size, codec or sound.
    case parametersChanged = 5
    /// The camera's time jumped further than could be repaired.
    case timeJump = 6
    /// The disk did not keep up and samples were dropped.
    case diskSlow = 7
    /// The disk refused a write.
    case diskError = 8
    /// The recorder ended before the clip did; recovery finalized it.
    case recovered = 9
    /// The clip reached the size a file may have.
    case sizeLimit = 10

    /// The cause in words.
    public var description: String {
        switch self {
        case .other: "another cause"
        case .rotated: "rotated"
        case .stopped: "stopped"
        case .cameraClosed: "camera closed the session"
        case .stalled: "camera stalled"
        case .parametersChanged: "stream parameters changed"
        case .timeJump: "camera time jumped"
        case .diskSlow: "disk too slow"
        case .diskError: "disk error"
        case .recovered: "recovered after a crash"
        case .sizeLimit: "size limit"
        }
    }
}

/// How a clip ended: the last box of a final clip, of fixed size, with its own checksum.
///
/// Reading the last `byteCount` bytes of a file tells whether it is final and all the index needs.
public struct ClipEnd: Hashable, Sendable {
    /// Bytes of the box.
    public static let byteCount = 104
    static let identifier: [UInt8] = [
        0x3b, 0x8c, 0x1e, 0x52, 0x9d, 0x07, 0x4f, 0x6a, 0xa1, 0xc4, 0x63, 0x70, 0x0e, 0xd2, 0x85,
        0x1a,
    ]

    /// Wall-clock time of the end of the last sample, in nanoseconds since 1970-01-01T00:00:00Z.
    public var endUTC: Int64
    /// The same on the clock that never steps, in nanoseconds since boot.
    public var endMonotonic: Int64
    /// Media time from the first sample to the end of the last, in nanoseconds.
    public var mediaDuration: UInt64
    /// Bytes of all samples.
    public var payloadByteCount: UInt64
    /// Samples of the primary track.
    public var primarySampleCount: UInt32
    /// Samples of all other tracks.
    public var otherSampleCount: UInt32
    /// Fragments of the clip.
    public var fragmentCount: UInt32
    /// Packets that the network lost while the clip was recorded.
    public var lostPacketCount: UInt32
    /// Times the camera's clock was repaired.
    public var timeRepairCount: UInt32
    /// Why the clip ends.
    public var reason: EndReason

    /// A record of a clip's end.
    ///
    /// Duration and counts come from the sample tables: see `init(tables:…)`.
    public init(
        endUTC: Int64, endMonotonic: Int64, mediaDuration: UInt64, payloadByteCount: UInt64,
        primarySampleCount: UInt32, otherSampleCount: UInt32, fragmentCount: UInt32,
        lostPacketCount: UInt32 = 0, timeRepairCount: UInt32 = 0, reason: EndReason
    ) {
        self.endUTC = endUTC
        self.endMonotonic = endMonotonic
        self.mediaDuration = mediaDuration
        self.payloadByteCount = payloadByteCount
        self.primarySampleCount = primarySampleCount
        self.otherSampleCount = otherSampleCount
        self.fragmentCount = fragmentCount
        self.lostPacketCount = lostPacketCount
        self.timeRepairCount = timeRepairCount
        self.reason = reason
    }

    /// Appends the box; `movie` is the `moov` that stands right before it.
    func write(to writer: inout BoxWriter, movie: MovieMark) {
        let start = writer.bytes.count
        writer.box("uuid") { writer in
            writer.append(bytes: Self.identifier)
            writer.append(UInt16(1))
            writer.append(reason.rawValue)
            writer.append(endUTC)
            writer.append(endMonotonic)
            writer.append(mediaDuration)
            writer.append(payloadByteCount)
            writer.append(primarySampleCount)
            writer.append(otherSampleCount)
            writer.append(fragmentCount)
            writer.append(lostPacketCount)
            writer.append(timeRepairCount)
            writer.append(UInt32(0))
            writer.append(UInt32(0))
            writer.append(UInt32(0))
            writer.append(movie.byteCount)
            writer.append(movie.checksum)
            writer.appendChecksum(from: start)
        }
    }

    /// Reads the box, and what it says of the `moov` before it.
    static func read(_ box: Box) throws(FormatError) -> (end: ClipEnd, movie: MovieMark) {
        var reader = try box.checkedReader(identifier: identifier, byteCount: byteCount)
        let version = try reader.read(UInt16.self)
        guard version == 1 else { throw .invalid("uuid", "end record of version \(version)") }
        let reason = EndReason(rawValue: try reader.read()) ?? .other
        let end = ClipEnd(
            endUTC: try reader.read(), endMonotonic: try reader.read(),
            mediaDuration: try reader.read(), payloadByteCount: try reader.read(),
            primarySampleCount: try reader.read(), otherSampleCount: try reader.read(),
            fragmentCount: try reader.read(), lostPacketCount: try reader.read(),
            timeRepairCount: try reader.read(), reason: reason)
        _ = try reader.take(12)
        return (end, MovieMark(byteCount: try reader.read(), checksum: try reader.read()))
    }
}
