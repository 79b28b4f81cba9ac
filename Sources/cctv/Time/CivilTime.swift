import Platform

/// Dates and times of day as they are written, without a zone.
enum CivilTime {
    /// The day, counted from 1970-01-01, that a clock ahead of UTC by `offset` seconds shows.
    static func day(of time: WallTime, offset: Int64) -> Int64 {
        let seconds = time.nanoseconds / 1_000_000_000 + offset
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// Reads `2025-02-23`; nil if there is no such day.
    static func day(_ word: String) -> Int64? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4, in: 1970...2200),
            let month = number(parts[1], digits: 2, in: 1...12),
            let day = number(parts[2], digits: 2, in: 1...Self.days(in: month, of: year))
        else { return nil }
        let months = (1..<month).reduce(Int64(0)) { $0 + days(in: $1, of: year) }
        let years = (1970..<year).reduce(Int64(0)) { $0 + (isLeap($1) ? 366 : 365) }
        return years + months + day - 1
    }

    /// Reads `10:00`, `10:00:30` or `10:00:30.250` as nanoseconds since midnight.
    static func nanoseconds(_ word: String) -> Int64? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3,
            let hour = number(parts[0], digits: 2, in: 0...23),
            let minute = number(parts[1], digits: 2, in: 0...59)
        else { return nil }
        let minutes = (hour * 60 + minute) * 60_000_000_000
        guard parts.count == 3 else { return minutes }
        let second = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard second.count <= 2, let whole = number(second[0], digits: 2, in: 0...59) else {
            return nil
        }
        guard second.count == 2 else { return minutes + whole * 1_000_000_000 }
        let digits = second[1]
        guard (1...9).contains(digits.count),
            let part = number(digits, digits: digits.count, in: 0...999_999_999)
        else { return nil }
        let scale = (digits.count..<9).reduce(Int64(1)) { scale, _ in scale * 10 }
        return minutes + whole * 1_000_000_000 + part * scale
    }

    /// Splits `10:00z` and `10:00+01:00` into the time and the zone.
    static func splitZone(_ word: String) -> (clock: String, zone: String?) {
        guard let mark = word.firstIndex(where: { "z+-".contains($0) }) else { return (word, nil) }
        return (String(word[..<mark]), String(word[mark...]))
    }

    /// Reads `z`, `+01:00` or `+0100` as seconds ahead of UTC.
    static func offset(_ zone: String) -> Int64? {
        guard zone != "z" else { return 0 }
        let digits = zone.dropFirst().filter { $0 != ":" }
        guard digits.count == 4, zone.count <= 6,
            let hours = number(digits.prefix(2), digits: 2, in: 0...14),
            let minutes = number(digits.suffix(2), digits: 2, in: 0...59)
        else { return nil }
        return (hours * 3600 + minutes * 60) * (zone.first == "-" ? -1 : 1)
    }

    /// Writes seconds ahead of UTC as `+01:00`.
    static func text(of offset: Int64) -> String {
        let minutes = offset.magnitude / 60
        let parts = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (offset < 0 ? "-" : "+") + parts.joined(separator: ":")
    }

    private static func number(
        _ text: some StringProtocol, digits: Int, in range: ClosedRange<Int64>
    ) -> Int64? {
        guard text.count == digits, text.allSatisfy({ $0.isASCII && $0.isNumber }),
            let number = Int64(text), range.contains(number)
        else { return nil }
        return number
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
