/// Who recorded a clip and when it began; the first thing a reader learns of a file.
///
/// Stored as a `uuid` box of fixed size between `ftyp` and `moov`, with its own checksum.
public struct ClipHeader: Hashable, Sendable {
    /// The version of the clip format that this program writes.
    public static let currentVersion: UInt16 = 1
    /// Bytes a camera's name may have in UTF-8.
    public static let maximumNameByteCount = 32
    /// Bytes of the box.
    static let byteCount = 116
    static let identifier: [UInt8] = [
        0x3b, 0x8c, 0x1e, 0x52, 0x9d, 0x07, 0x4f, 0x6a, 0xa1, 0xc4, 0x63, 0x70, 0x0e, 0xd2, 0x85,
        0x19,
    ]

    /// The version of the clip format.
    public var version: UInt16 = currentVersion
    /// The camera's name; what is beyond 32 bytes of UTF-8 is cut at a character.
    public var cameraName: String
    /// Wall-clock time of the first sample, in nanoseconds since 1970-01-01T00:00:00Z.
    public var startUTC: Int64
    /// Time of the first sample on the clock that never steps, in nanoseconds since boot.
    public var startMonotonic: Int64
    /// The boot to which `startMonotonic` belongs; 16 bytes, all zero if unknown.
    public var bootID: [UInt8]
    /// The clip's number among all clips of its volume; later clips have higher ones.
    public var sequence: UInt64
    /// Whether nobody vouched for the wall clock when the clip began.
    public var isClockUncertain: Bool

    /// A header of the current version.
    public init(
        cameraName: String, startUTC: Int64, startMonotonic: Int64, bootID: [UInt8],
        sequence: UInt64, isClockUncertain: Bool = false
    ) {
        self.cameraName = Self.cut(cameraName)
        self.startUTC = startUTC
        self.startMonotonic = startMonotonic
        self.bootID =
            bootID.count == 16
            ? bootID : Array((bootID + [UInt8](repeating: 0, count: 16)).prefix(16))
        self.sequence = sequence
        self.isClockUncertain = isClockUncertain
    }

    /// Appends the box; size and checksum of the `moov` let recovery put it back (see `InitSegment`).
    func write(to writer: inout BoxWriter, movie: MovieMark) {
        let start = writer.bytes.count
        writer.box("uuid") { writer in
            writer.append(bytes: Self.identifier)
            writer.append(version)
            writer.append(UInt16(isClockUncertain ? 1 : 0))
            writer.append(sequence)
            writer.append(startUTC)
            writer.append(startMonotonic)
            writer.append(bytes: Array((bootID + [UInt8](repeating: 0, count: 16)).prefix(16)))
            writer.append(movie.byteCount)
            writer.append(movie.checksum)
            let name = Array(Self.cut(cameraName).utf8)
            writer.append(UInt32(name.count))
            writer.append(bytes: name)
            let padding = Self.maximumNameByteCount - name.count
            writer.append(bytes: [UInt8](repeating: 0, count: padding))
            writer.appendChecksum(from: start)
        }
    }

    /// Reads the box, and what it says of the `moov` that follows.
    static func read(_ box: Box) throws(FormatError) -> (header: ClipHeader, movie: MovieMark) {
        var reader = try box.checkedReader(identifier: identifier, byteCount: byteCount)
        let version = try reader.read(UInt16.self)
        guard version == currentVersion else {
            throw .notAClip("format version \(version); this program knows \(currentVersion)")
        }
        let flags = try reader.read(UInt16.self)
        let sequence = try reader.read(UInt64.self)
        let startUTC = try reader.read(Int64.self)
        let startMonotonic = try reader.read(Int64.self)
        let bootID = Array(try reader.take(16))
        let movie = MovieMark(byteCount: try reader.read(), checksum: try reader.read())
        let length = try reader.read(UInt32.self)
        guard length <= maximumNameByteCount else {
            throw .invalid("uuid", "a camera name of \(length) bytes")
        }
        let name = String(decoding: try reader.take(Int(length)), as: UTF8.self)
        let header = ClipHeader(
            cameraName: name, startUTC: startUTC, startMonotonic: startMonotonic, bootID: bootID,
            sequence: sequence, isClockUncertain: flags & 1 != 0)
        return (header, movie)
    }

    private static func cut(_ name: String) -> String {
        var name = name
        while name.utf8.count > maximumNameByteCount { name.removeLast() }
        return name
    }
}

/// Size and checksum of a `moov`, by which it is known again.
struct MovieMark: Hashable, Sendable {
    var byteCount: UInt32
    var checksum: UInt32

    init(byteCount: UInt32, checksum: UInt32) {
        self.byteCount = byteCount
        self.checksum = checksum
    }

    init(_ moov: UnsafeRawBufferPointer) {
        byteCount = UInt32(clamping: moov.count)
        checksum = CRC32C.of(moov)
    }
}

extension BoxWriter {
    /// Appends the checksum of what stands from `start` on, the size of the box left out.
    mutating func appendChecksum(from start: Int) {
        let sum = bytes.withUnsafeBytes {
            CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[(start + 4)...]))
        }
        append(sum)
    }
}

extension Box {
    /// A reader of the fields of one of our `uuid` boxes, whose checksum holds.
    func checkedReader(
        identifier: [UInt8], byteCount: Int
    ) throws(FormatError) -> ByteReader {
        guard type == "uuid", body.count >= 20, body.prefix(16).elementsEqual(identifier) else {
            throw .notAClip("a foreign '\(type)' stands where the recorder's own box would")
        }
        guard bytes.count == byteCount else {
            throw .invalid("uuid", "\(bytes.count) bytes instead of \(byteCount)")
        }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[4..<byteCount - 4])
        var tail = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[(byteCount - 4)...]), of: type)
        guard try tail.read(UInt32.self) == CRC32C.of(covered) else { throw .checksum("uuid") }
        var fields = ByteReader(
            UnsafeRawBufferPointer(rebasing: body[..<(body.count - 4)]), of: type)
        _ = try fields.take(16)
        return fields
    }
}
