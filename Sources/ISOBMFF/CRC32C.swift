/// The CRC with Castagnoli's polynomial (RFC 3720 12.1).
///
/// It finds every torn write and nearly every flipped bit; it is no protection against a forger.
/// Eight bytes are taken at a time by tables, in three lanes side by side, because one lane alone
/// spends most of its time waiting for its own look-ups.
public struct CRC32C: Sendable {
    private var state: UInt32 = 0xffff_ffff

    /// The checksum of no bytes, ready to be fed.
    public init() {}

    /// The checksum of all bytes fed so far.
    public var value: UInt32 { ~state }

    /// Returns the checksum of `bytes`.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum = CRC32C()
        sum.update(bytes)
        return sum.value
    }

    /// Feeds `bytes`; a text may be fed in any pieces.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let start = state
        state = Self.tables.withUnsafeBufferPointer { tables in
            guard let table = tables.baseAddress else { return start }
            return Lanes(table: table).fold(base, count: bytes.count, into: start)
        }
    }

    /// Bytes of a lane.
    private static let laneByteCount = 1024
    /// Where the tables begin that advance over a whole lane of zeros.
    private static let laneTables = 8 * 256

    /// Eight tables of 256, of which table k advances a byte over k further zero bytes, and four
    /// that advance each byte of a state over a lane.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: laneTables + 4 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0x82f6_3b78) }
            tables[byte] = crc
        }
        for index in 256..<laneTables {
            let shorter = tables[index - 256]
            tables[index] = tables[Int(shorter & 0xff)] ^ shorter >> 8
        }
        // Advancing is linear: the value of a byte is that of its bits together.
        for bit in 0..<32 {
            var crc = UInt32(1) << UInt32(bit)
            for _ in 0..<laneByteCount { crc = tables[Int(crc & 0xff)] ^ crc >> 8 }
            let table = laneTables + bit / 8 * 256
            for byte in 0..<256 where byte >> (bit % 8) & 1 == 1 { tables[table + byte] ^= crc }
        }
        return tables
    }()

    private struct Lanes {
        let table: UnsafePointer<UInt32>

        func fold(_ base: UnsafeRawPointer, count: Int, into start: UInt32) -> UInt32 {
            let lane = CRC32C.laneByteCount
            var crc = start
            var next = base
            let end = base + count
            while end - next >= 3 * lane {
                var second: UInt32 = 0
                var third: UInt32 = 0
                let stop = next + lane
                while next < stop {
                    crc = advance(crc, over: next)
                    second = advance(second, over: next + lane)
                    third = advance(third, over: next + 2 * lane)
                    next += 8
                }
                next += 2 * lane
                crc = overLane(overLane(crc) ^ second) ^ third
            }
            while end - next >= 8 {
                crc = advance(crc, over: next)
                next += 8
            }
            while next < end {
                crc = table[Int((crc ^ UInt32(next.load(as: UInt8.self))) & 0xff)] ^ crc >> 8
                next += 1
            }
            return crc
        }

        @inline(__always)
        private func advance(_ crc: UInt32, over bytes: UnsafeRawPointer) -> UInt32 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) ^ UInt64(crc)
            var result = table[1792 &+ Int(word & 0xff)]
            result ^= table[1536 &+ Int(word >> 8 & 0xff)]
            result ^= table[1280 &+ Int(word >> 16 & 0xff)]
            result ^= table[1024 &+ Int(word >> 24 & 0xff)]
            result ^= table[768 &+ Int(word >> 32 & 0xff)]
            result ^= table[512 &+ Int(word >> 40 & 0xff)]
            result ^= table[256 &+ Int(word >> 48 & 0xff)]
            return result ^ table[Int(word >> 56)]
        }

        private func overLane(_ crc: UInt32) -> UInt32 {
            let base = CRC32C.laneTables
            var result = table[base &+ Int(crc & 0xff)]
            result ^= table[base &+ 256 &+ Int(crc >> 8 & 0xff)]
            result ^= table[base &+ 512 &+ Int(crc >> 16 & 0xff)]
            return result ^ table[base &+ 768 &+ Int(crc >> 24)]
        }
    }
}
