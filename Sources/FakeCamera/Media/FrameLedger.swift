internal import CLinux
public import Platform

/// The frame counter that a fake camera writes into each picture, and how it is read back.
///
/// Each H.264 or H.265 access unit carries an SEI message of the type `user_data_unregistered`
/// (ITU-T H.264 D.1.7, H.265 D.2.7) in front of its first slice. It has a fixed size, so that the
/// numbers can be written over at the time of sending, and each of its bytes has the top bit set,
/// so that no byte of it can be taken for a start code or need emulation prevention. A file in
/// which the counters go up by one has lost, doubled and swapped nothing.
public enum FrameLedger {
    /// What one picture carries.
    public struct Mark: Equatable, Sendable {
        /// Goes up by one with every picture a session sends, over all loops of its media.
        public let counter: UInt64
        /// When the picture was sent, in whole milliseconds.
        public let sent: WallTime
    }

    /// The largest counter, 2^49 - 1; one more is 0 again.
    public static let maximumCounter: UInt64 = 1 << 49 - 1

    /// Marks the SEI as ours; every byte has its top bit set.
    static let identifier: [UInt8] = [
        0xC3, 0xC3, 0xF4, 0xF6, 0xAC, 0xE5, 0xC7, 0x9D, 0x8B, 0xD1, 0xEE, 0xB4, 0x97, 0xA6, 0xFB,
        0x89,
    ]
    static let counterLength = 7
    static let timeLength = 6
    /// The bytes that follow the identifier.
    static let valueLength = counterLength + timeLength

    /// The SEI NAL unit for H.264, without start code or length, with all numbers 0.
    static let h264 = [0x06] + message
    /// The prefix SEI NAL unit for H.265, without start code or length, with all numbers 0.
    static let h265 = [0x4E, 0x01] + message

    private static let message: [UInt8] =
        [5, UInt8(identifier.count + valueLength)] + identifier
        + [UInt8](repeating: 0x80, count: valueLength) + [0x80]

    /// Writes a mark over the bytes that follow an identifier.
    static func write(
        counter: UInt64, milliseconds: UInt64, to bytes: UnsafeMutableRawBufferPointer
    ) {
        for i in 0..<counterLength {
            bytes[i] = 0x80 | UInt8(truncatingIfNeeded: counter >> (7 * UInt64(6 - i)))
        }
        for i in 0..<timeLength {
            bytes[counterLength + i] =
                0x80 | UInt8(truncatingIfNeeded: milliseconds >> (7 * UInt64(5 - i)))
        }
    }

    /// Returns the mark of one picture, or `nil` if it carries none.
    ///
    /// - Parameter sample: the access unit, with length prefixes or with start codes.
    public static func mark(in sample: UnsafeRawBufferPointer) -> Mark? {
        guard let found = position(of: identifier, in: sample),
            found + identifier.count + valueLength <= sample.count
        else { return nil }
        let value = sample[(found + identifier.count)...].prefix(valueLength)
        func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
            bytes.reduce(0) { $0 << 7 | UInt64($1 & 0x7F) }
        }
        let milliseconds = Int64(number(value.suffix(timeLength)))
        return Mark(
            counter: number(value.prefix(counterLength)),
            sent: WallTime(nanoseconds: milliseconds * 1_000_000))
    }

    /// Returns the mark of one picture, or `nil` if it carries none.
    ///
    /// - Parameter sample: the access unit, with length prefixes or with start codes.
    public static func mark(in sample: [UInt8]) -> Mark? {
        sample.withUnsafeBytes { mark(in: $0) }
    }

    /// Returns where `pattern` begins in `bytes`, if it does.
    static func position(of pattern: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        return pattern.withUnsafeBytes { pattern in
            memmem(base, bytes.count, pattern.baseAddress, pattern.count).map {
                UnsafeRawPointer($0) - base
            }
        }
    }
}
