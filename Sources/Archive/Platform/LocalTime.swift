import Glibc
import Platform

/// The wall time as clocks in the zone of the machine show it, by glibc's time zone rules.
struct LocalTime {
    /// `2025-02-23`.
    let day: String
    /// `10-00-00`.
    let timeOfDay: String

    init(_ time: WallTime) {
        // localtime_r need not read TZ by itself.
        tzset()
        let (whole, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var seconds = time_t(rest < 0 ? whole - 1 : whole)
        var parts = tm()
        localtime_r(&seconds, &parts)
        day = Self.joined(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, yearDigits: 4)
        timeOfDay = Self.joined(parts.tm_hour, parts.tm_min, parts.tm_sec, yearDigits: 2)
    }

    private static func joined(
        _ first: Int32, _ second: Int32, _ third: Int32, yearDigits: Int
    ) -> String {
        [padded(first, yearDigits), padded(second, 2), padded(third, 2)].joined(separator: "-")
    }

    private static func padded(_ number: Int32, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
