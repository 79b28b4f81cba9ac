/// Whether a sample is an exact chain of NAL units with lengths of four bytes.
///
/// A check for fragments whose checksum did not reach the disk: after a power cut a file may end
/// in zeros of the right number, which no look at the boxes alone would notice.
struct NALChain {
    private let isHEVC: Bool

    /// A check for a track's codec, or nil if its samples are no NAL units.
    init?(codec: FourCC) {
        switch codec {
        case "avc1", "avc3": isHEVC = false
        case "hvc1", "hev1": isHEVC = true
        default: return nil
        }
    }

    /// Whether the `size` bytes from `offset` on are such a chain.
    func holds(
        in reader: inout SourceReader<some RandomAccess>, at offset: UInt64, size: UInt32
    ) throws(ReadError) -> Bool {
        let end = offset + UInt64(size)
        var position = offset
        while position < end {
            guard end - position >= 4 + UInt64(headerByteCount) else { return false }
            let unit = try reader.withBytes(at: position, count: 4 + headerByteCount) { bytes in
                (
                    length: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)),
                    isSane: isSane(UnsafeRawBufferPointer(rebasing: bytes[4...]))
                )
            }
            guard let unit, unit.isSane, unit.length >= UInt32(headerByteCount) else {
                return false
            }
            position += 4 + UInt64(unit.length)
            // A NAL unit never ends in a zero byte (H.264 7.4.1, H.265 7.4.2.1).
            guard position <= end,
                try reader.withBytes(at: position - 1, count: 1, { $0[0] != 0 }) == true
            else { return false }
        }
        return position == end
    }

    private var headerByteCount: Int { isHEVC ? 2 : 1 }

    /// Whether a NAL unit may begin so (H.264 7.3.1, H.265 7.3.1.2).
    private func isSane(_ header: UnsafeRawBufferPointer) -> Bool {
        guard header[0] & 0x80 == 0 else { return false }
        guard isHEVC else { return (1...23).contains(header[0] & 0x1f) }
        return header[0] >> 1 < 48 && header[1] & 0x7 != 0
    }
}
