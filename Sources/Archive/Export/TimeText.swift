public import Platform

extension WallTime {
    /// The time in UTC: `2025-02-23T09:00:00.000Z` (RFC 3339), the rest of a millisecond cut off.
    public var utcText: String { dateText(offset: 0) + "Z" }

    /// The time in the machine's zone with its offset: `2025-02-23T10:00:00.000+01:00`.
    public var localText: String {
        let offset = Platform.LocalTime.utcOffset(at: self)
        let minutes = offset.magnitude / 60
        let sign = offset < 0 ? "-" : "+"
        return dateText(offset: offset)
            + "\(sign)\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
    }

    private func dateText(offset: Int64) -> String {
        let milliseconds = Self.floorDivide(nanoseconds, 1_000_000) + offset * 1000
        let day = Self.floorDivide(milliseconds, 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let date = Self.date(ofDay: day)
        return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))"
            + "-\(Self.padded(date.day, 2))T\(Self.padded(rest / 3_600_000, 2))"
            + ":\(Self.padded(rest / 60_000 % 60, 2)):\(Self.padded(rest / 1000 % 60, 2))"
            + ".\(Self.padded(rest % 1000, 3))"
    }

    /// The date in the Gregorian calendar of a day counted from 1970-01-01.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Years that begin in March end with the leap day; 719,468 days lie before 1970.
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let year =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (
            year: era * 400 + year + (month >= 10 ? 1 : 0),
            month: month < 10 ? month + 3 : month - 9,
            day: dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
        return rest < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
