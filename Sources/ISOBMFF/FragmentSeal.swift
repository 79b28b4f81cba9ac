/// The box after each fragment that lets a reader see whether all of it reached the disk.
///
/// A `free` box, which every player skips: 'RCRC', the fragment's sequence number, the bytes
/// covered and their CRC-32C.
struct FragmentSeal: Hashable {
    static let byteCount = 24
    static let mark: FourCC = "RCRC"

    /// The fragment's number.
    var sequence: UInt32
    /// Bytes covered: all of `prft`, `moof` and `mdat`.
    var length: UInt32
    var checksum: UInt32

    init(sequence: UInt32, length: UInt32, checksum: UInt32) {
        self.sequence = sequence
        self.length = length
        self.checksum = checksum
    }

    init(sequence: UInt32, covering bytes: UnsafeRawBufferPointer) {
        self.sequence = sequence
        length = UInt32(clamping: bytes.count)
        checksum = CRC32C.of(bytes)
    }

    /// Reads a seal, or returns nil if the bytes are anything else.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let box = try? Box(bytes), box.type == "free", box.bytes.count == Self.byteCount
        else { return nil }
        var reader = box.reader
        guard let mark = try? reader.read(UInt32.self), FourCC(mark) == Self.mark,
            let sequence = try? reader.read(UInt32.self),
            let length = try? reader.read(UInt32.self),
            let checksum = try? reader.read(UInt32.self)
        else { return nil }
        self.sequence = sequence
        self.length = length
        self.checksum = checksum
    }

    /// The whole box.
    var bytes: [UInt8] {
        var writer = BoxWriter(capacity: Self.byteCount)
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout BoxWriter) {
        writer.box("free") { writer in
            writer.append(Self.mark)
            writer.append(sequence)
            writer.append(length)
            writer.append(checksum)
        }
    }
}
