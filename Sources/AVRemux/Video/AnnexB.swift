/// The byte stream format of H.264 and H.265, and the way out of it into MP4.
///
/// libavformat hands access units over in it (Annex B of both recommendations).
enum AnnexB {
    /// Finds the NAL units of an access unit, without their start codes and trailing zeros.
    ///
    /// - Parameter units: emptied, then filled; its storage is reused.
    static func findUnits(in bytes: UnsafeRawBufferPointer, into units: inout [Range<Int>]) {
        units.removeAll(keepingCapacity: true)
        var start: Int?
        var position = 0
        while let code = nextStartCode(in: bytes, from: position) {
            if let start { append(start..<code, of: bytes, to: &units) }
            start = code + 3
            position = code + 3
        }
        if let start { append(start..<bytes.count, of: bytes, to: &units) }
    }

    private static func append(
        _ unit: Range<Int>, of bytes: UnsafeRawBufferPointer, to units: inout [Range<Int>]
    ) {
        var end = unit.upperBound
        while end > unit.lowerBound, bytes[end - 1] == 0 { end -= 1 }
        if end > unit.lowerBound { units.append(unit.lowerBound..<end) }
    }

    /// Returns where the next `00 00 01` begins at or after `position`.
    ///
    /// Two zeros side by side are rare in coded bytes, so eight places at a time are looked over
    /// for them.
    static func nextStartCode(
        in bytes: UnsafeRawBufferPointer, from position: Int
    ) -> Int? {
        var index = position
        while index + 9 <= bytes.count {
            let pairs =
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                | bytes.loadUnaligned(fromByteOffset: index + 1, as: UInt64.self)
            let zeros = (pairs &- 0x0101_0101_0101_0101) & ~pairs & 0x8080_8080_8080_8080
            guard zeros != 0 else {
                index += 8
                continue
            }
            index += UInt64(littleEndian: zeros).trailingZeroBitCount / 8
            if index + 2 < bytes.count, bytes[index + 2] == 1 { return index }
            index += 1
        }
        while index + 2 < bytes.count {
            if bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 { return index }
            index += 1
        }
        return nil
    }

    /// The size of an access unit whose NAL units carry four-byte lengths.
    static func lengthPrefixedSize(of units: [Range<Int>]) -> Int {
        units.reduce(0) { $0 + 4 + $1.count }
    }

    /// Writes an access unit with four-byte lengths (ISO/IEC 14496-15 5.3.4.2.1).
    ///
    /// - Parameter target: exactly `lengthPrefixedSize(of:)` bytes.
    static func writeLengthPrefixed(
        _ units: [Range<Int>], of bytes: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) {
        var offset = 0
        for unit in units {
            target.storeBytes(
                of: UInt32(truncatingIfNeeded: unit.count).bigEndian, toByteOffset: offset,
                as: UInt32.self)
            let body = UnsafeMutableRawBufferPointer(
                rebasing: target[(offset + 4)..<(offset + 4 + unit.count)])
            body.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[unit]))
            offset += 4 + unit.count
        }
    }
}
