/// The first part of a clip: what the tracks are, and whose clip it is.
///
/// `ftyp | uuid (clip header) | free (16 bytes) | moov`. In a final clip the eight bytes of the
/// `moov`'s header say `mdat` instead and hide the old `moov` with all fragments in one box.
public struct InitSegment: Hashable, Sendable {
    /// A `moov` of an init segment is a few KB; more is no clip of ours.
    public static let maximumByteCount = 1 << 20
    /// The header that finalizing overwrites ends before this offset, in the file's first sector.
    static let sectorByteCount = 512

    /// The segment as it stands in an open clip.
    public let bytes: [UInt8]
    /// Bytes from the start of the file to the `moov` (in a final clip: to the `mdat`).
    public let moovOffset: Int
    /// Whose clip it is.
    public let header: ClipHeader
    /// The tracks in the order of the `moov`.
    public let tracks: [TrackDescription]

    /// Makes the init segment of a new clip.
    ///
    /// - Parameters:
    ///   - muxerBytes: `ftyp` and `moov` with `mvex`, as a muxer of fragmented files writes them.
    ///   - header: whose clip it is.
    /// - Throws: `FormatError` if the bytes are anything else.
    public init(
        muxerBytes: UnsafeRawBufferPointer, header: ClipHeader
    ) throws(FormatError) {
        var boxes = BoxList(muxerBytes)
        guard let ftyp = try boxes.next(), ftyp.type == "ftyp" else {
            throw .missing("ftyp", in: "file")
        }
        guard let moov = try boxes.next(), moov.type == "moov" else {
            throw .missing("moov", in: "file")
        }
        if let extra = try boxes.next() { throw .invalid(extra.type, "it follows the moov") }
        var writer = BoxWriter(capacity: muxerBytes.count + 256)
        writer.append(bytes: ftyp.bytes)
        header.write(to: &writer, movie: MovieMark(moov.bytes))
        writer.box("free") { $0.append(UInt64(0)) }
        writer.append(bytes: moov.bytes)
        self = try writer.bytes.withBytes { bytes throws(FormatError) in
            try InitSegment(openBytes: bytes)
        }
    }

    /// Reads the init segment of an open clip from exactly its bytes.
    init(openBytes: UnsafeRawBufferPointer) throws(FormatError) {
        let layout = try InitLayout(openBytes)
        guard layout.moovOffset + Int(layout.movie.byteCount) == openBytes.count else {
            throw .truncated("moov")
        }
        let moov = try Box(UnsafeRawBufferPointer(rebasing: openBytes[layout.moovOffset...]))
        guard moov.type == "moov", MovieMark(moov.bytes) == layout.movie else {
            throw .checksum("moov")
        }
        bytes = Array(openBytes)
        moovOffset = layout.moovOffset
        header = layout.header
        tracks = try TrackDescription.all(in: moov)
    }

    /// The `moov` of the open clip.
    func withMovie<R>(_ body: (Box) throws(FormatError) -> R) throws(FormatError) -> R {
        try bytes.withBytes { bytes throws(FormatError) in
            try body(try Box(UnsafeRawBufferPointer(rebasing: bytes[moovOffset...])))
        }
    }

    /// The eight bytes of the `moov`'s header in an open clip.
    public var openHeader: [UInt8] { Array(bytes[moovOffset..<moovOffset + 8]) }
}

/// Where the parts of an init segment lie, in either state of the clip.
struct InitLayout {
    let header: ClipHeader
    let movie: MovieMark
    let moovOffset: Int

    /// Reads the boxes before the `moov` from the first bytes of a file.
    init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        let first = try BoxHeader(bytes)
        guard first.type == "ftyp" else {
            throw .notAClip("it begins with '\(first.type)' instead of 'ftyp'")
        }
        let ftyp = try Box(bytes)
        var rest = UnsafeRawBufferPointer(rebasing: bytes[ftyp.bytes.count...])
        let second = try BoxHeader(rest)
        guard second.type == "uuid" else {
            throw .notAClip("'\(second.type)' stands where the recorder's own box would")
        }
        let uuid = try Box(rest)
        (header, movie) = try ClipHeader.read(uuid)
        rest = UnsafeRawBufferPointer(rebasing: rest[uuid.bytes.count...])
        let free = try Box(rest)
        guard free.type == "free", free.bytes.count == 16 else {
            throw .missing("free", in: "file")
        }
        moovOffset = ftyp.bytes.count + uuid.bytes.count + free.bytes.count
        guard moovOffset + 8 <= InitSegment.sectorByteCount else {
            throw .tooLarge("the moov begins beyond the first sector")
        }
        guard movie.byteCount >= 8, movie.byteCount <= InitSegment.maximumByteCount else {
            throw .invalid("moov", "\(movie.byteCount) bytes in an init segment")
        }
    }
}
