import Glibc
import Platform

/// A wall time as clocks in the machine's zone show it, by glibc's rules.
struct LocalTimestamp {
    /// `10:00:00`.
    let timeOfDay: String
    /// `2025-02-23T10:00:00.000+01:00` (RFC 3339).
    let iso8601: String

    init(_ time: WallTime) {
        // localtime_r need not read TZ by itself.
        tzset()
        let milliseconds = time.nanoseconds / 1_000_000
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        var seconds = time_t(rest < 0 ? whole - 1 : whole)
        let thousandths = rest < 0 ? rest + 1000 : rest
        var parts = tm()
        localtime_r(&seconds, &parts)
        let day = [
            Self.padded(Int(parts.tm_year) + 1900, 4), Self.padded(Int(parts.tm_mon) + 1, 2),
            Self.padded(Int(parts.tm_mday), 2),
        ].joined(separator: "-")
        timeOfDay = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.padded(Int($0), 2) }
            .joined(separator: ":")
        let minutes = abs(parts.tm_gmtoff) / 60
        let offset =
            (parts.tm_gmtoff < 0 ? "-" : "+")
            + "\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
        iso8601 = "\(day)T\(timeOfDay).\(Self.padded(Int(thousandths), 3))\(offset)"
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
