/// A wall-clock time as NTP writes it: seconds since 1900 and 32 bits of fraction (RFC 5905 6).
struct NTPTime: Hashable, Sendable {
    /// Seconds from 1900 to 1970.
    private static let epoch: UInt64 = 2_208_988_800

    var rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The time `nanoseconds` after the start of 1970; times before it become that start.
    init(nanoseconds: Int64) {
        let (seconds, rest) = UInt64(max(nanoseconds, 0)).quotientAndRemainder(
            dividingBy: 1_000_000_000)
        // Rounded up, so that the way back yields the same nanosecond.
        let fraction = ((rest << 32) + 999_999_999) / 1_000_000_000
        rawValue = ((seconds + Self.epoch) << 32) + fraction
    }

    /// Nanoseconds since 1970; seconds before 1970 count as after the wrap of 2036.
    var nanoseconds: Int64 {
        let seconds = (rawValue >> 32 &- Self.epoch) & 0xffff_ffff
        return Int64(seconds * 1_000_000_000 + (((rawValue & 0xffff_ffff) * 1_000_000_000) >> 32))
    }
}
