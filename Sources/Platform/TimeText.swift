extension WallTime {
    /// The time in UTC: `2025-02-23T09:00:00.000Z` (RFC 3339), the rest of a millisecond cut off.
    public var utcText: String { text { appendUTCText(to: &$0) } }

    /// The time in the machine's zone with its offset: `2025-02-23T10:00:00.000+01:00`.
    public var localText: String {
        let offset = LocalTime.utcOffset(at: self)
        let minutes = Int64(offset.magnitude / 60)
        return text { bytes in
            appendDate(offset: offset, to: &bytes)
            bytes += (offset < 0 ? "-00:00" : "+00:00").utf8
            Self.put(minutes % 60, before: bytes.count, in: &bytes)
            Self.put(minutes / 60, before: bytes.count - 3, in: &bytes)
        }
    }

    /// Appends `utcText` to a text of bytes; lists have thousands of times.
    public func appendUTCText(to bytes: inout [UInt8]) {
        appendDate(offset: 0, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    private func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendDate(offset: Int64, to bytes: inout [UInt8]) {
        let milliseconds = Self.floorDivide(nanoseconds, 1_000_000) + offset * 1000
        let day = Self.floorDivide(milliseconds, 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let date = Self.date(ofDay: day)
        let start = bytes.count
        bytes += "0000-00-00T00:00:00.000".utf8
        Self.put(date.year, before: start + 4, in: &bytes)
        Self.put(date.month, before: start + 7, in: &bytes)
        Self.put(date.day, before: start + 10, in: &bytes)
        Self.put(rest / 3_600_000, before: start + 13, in: &bytes)
        Self.put(rest / 60_000 % 60, before: start + 16, in: &bytes)
        Self.put(rest / 1000 % 60, before: start + 19, in: &bytes)
        Self.put(rest % 1000, before: start + 23, in: &bytes)
    }

    /// Writes a number over the zeros that end before `end`.
    private static func put(_ number: Int64, before end: Int, in bytes: inout [UInt8]) {
        var (rest, place) = (number, end)
        while rest > 0 {
            place -= 1
            bytes[place] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
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
}

extension WallTime {
    /// Reads RFC 3339: date, `T`, time with up to nine digits after the point, `Z` or an offset.
    ///
    /// Returns nil for anything else, for a date that no month has, and for years outside 1970 to
    /// 2261, which nanoseconds in 64 bits cannot tell.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2), reader.take("T") || reader.take("t"),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
            reader.take(":"), let second = reader.number(2),
            let fraction = reader.take(".") ? reader.nanoseconds() : 0,
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        guard (1970...2261).contains(year), (1...12).contains(month), hour < 24, minute < 60,
            second < 60
        else { return nil }
        let days = Self.day(year: year, month: month, day: day)
        guard day >= 1, Self.date(ofDay: days) == (year, month, day) else { return nil }
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset
        self.init(nanoseconds: seconds * 1_000_000_000 + fraction)
    }

    /// The day counted from 1970-01-01 of a date in the Gregorian calendar.
    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        // As in `date(ofDay:)`: years that begin in March.
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}

/// Takes digits and signs off the front of a text.
private struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some Sequence<UInt8>) { rest = Array(text)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let byte = rest.popFirst(), (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int64(byte - 0x30)
        }
        return number
    }

    /// The digits after the point; nil if there are none or more than nine.
    mutating func nanoseconds() -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }.count
        guard (1...9).contains(digits), var number = number(digits) else { return nil }
        for _ in digits..<9 { number *= 10 }
        return number
    }

    /// `Z`, `+01:00` or `-03:30` in seconds.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64 = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
