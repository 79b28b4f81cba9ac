import Glibc

/// The machine's time zone, asked of the C library.
///
/// A statically linked Foundation knows only GMT and says so to nobody.
public enum LocalTime {
    /// Returns how many seconds the local clock is ahead of UTC at an instant.
    public static func utcOffset(at time: WallTime) -> Int64 {
        var seconds = time_t(time.nanoseconds / 1_000_000_000)
        var fields = tm()
        localtime_r(&seconds, &fields)
        return Int64(fields.tm_gmtoff)
    }
}
