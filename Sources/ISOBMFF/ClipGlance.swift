/// What the first sector of a file tells of a clip, so that a folder of many can be looked through.
public struct ClipGlance: Hashable, Sendable {
    /// Bytes from the start of the file that are enough.
    public static let byteCount = InitSegment.sectorByteCount

    /// Whose clip it is and when it began.
    public let header: ClipHeader
    /// Whether the clip claims to be final; recovery checks whether it is.
    public let isFinal: Bool

    /// Reads the first bytes of a file; more than `byteCount` of them are not looked at.
    ///
    /// - Throws: `FormatError` if they do not begin a clip of this program.
    public init(firstBytes bytes: UnsafeRawBufferPointer) throws(FormatError) {
        let layout = try InitLayout(bytes)
        guard bytes.count >= layout.moovOffset + 8 else { throw .truncated("moov") }
        let box = try BoxHeader(UnsafeRawBufferPointer(rebasing: bytes[layout.moovOffset...]))
        guard box.type == "moov" || box.type == "mdat" else {
            throw .invalid(box.type, "it stands where 'moov' or 'mdat' would")
        }
        header = layout.header
        isFinal = box.type == "mdat"
    }
}

extension ClipEnd {
    /// Reads the end record from the last `byteCount` bytes of a final clip.
    ///
    /// - Throws: `FormatError` if they are anything else.
    public init(lastBytes bytes: UnsafeRawBufferPointer) throws(FormatError) {
        self = try Self.read(try Box(bytes)).end
    }
}

extension InitSegment {
    /// Makes the init segment of a new clip; as with raw memory.
    public init(muxerBytes: [UInt8], header: ClipHeader) throws(FormatError) {
        self = try muxerBytes.withBytes { bytes throws(FormatError) in
            try InitSegment(muxerBytes: bytes, header: header)
        }
    }
}
