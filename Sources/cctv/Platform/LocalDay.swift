import Archive
import Glibc
import Platform

/// A day by the machine's local time, which has 23, 24 or 25 hours.
struct LocalDay: Equatable {
    /// `2025-02-23`.
    let name: String
    /// From its first instant to the next day's.
    let range: Range<WallTime>

    /// Reads `2025-02-23`, `today` or `yesterday`; nil for anything else.
    init?(_ text: String, clocks: some Clocks) {
        let number: Int64
        switch text.lowercased() {
        case "today": number = Self.number(of: clocks.wall, clocks)
        case "yesterday": number = Self.number(of: clocks.wall, clocks) - 1
        default:
            guard let date = Self.number(ofDate: text) else { return nil }
            number = date
        }
        let start = Self.midnight(of: number, clocks)
        range = start..<Self.midnight(of: number + 1, clocks)
        // Noon has no change of clocks in any zone.
        let noon = WallTime(nanoseconds: (number * 86_400 + 43_200) * 1_000_000_000)
        name = String(noon.utcText.prefix(10))
    }

    /// The day, counted from 1970-01-01, that the local clock shows at an instant.
    private static func number(of time: WallTime, _ clocks: some Clocks) -> Int64 {
        let local = time.nanoseconds / 1_000_000_000 + clocks.utcOffset(at: time)
        return local / 86_400
    }

    private static func number(ofDate text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2] else { return nil }
        let numbers = parts.compactMap { Int32($0) }
        guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else { return nil }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (
            numbers[0] - 1900, numbers[1] - 1, numbers[2]
        )
        let seconds = timegm(&fields)
        // timegm makes the 31st of April the 1st of May.
        guard fields.tm_mday == numbers[2], fields.tm_mon == numbers[1] - 1 else { return nil }
        return Int64(seconds) / 86_400
    }

    /// The first instant of a day; where the clocks go forward at midnight, the day begins later.
    private static func midnight(of number: Int64, _ clocks: some Clocks) -> WallTime {
        let civil = number * 86_400
        func instant(_ offset: Int64) -> WallTime {
            WallTime(nanoseconds: (civil - offset) * 1_000_000_000)
        }
        let before = clocks.utcOffset(at: instant(86_400))
        let guess = instant(before)
        let offset = clocks.utcOffset(at: guess)
        guard offset != before else { return guess }
        return clocks.utcOffset(at: instant(offset)) == offset ? instant(offset) : guess
    }
}
