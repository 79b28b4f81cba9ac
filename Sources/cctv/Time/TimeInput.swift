import Platform

/// A time as a person writes it: `2025-02-23 10:00`, `yesterday 17:30`, `10 minutes ago`.
struct TimeInput: Equatable {
    /// The instant that was meant.
    let time: WallTime
    /// What a person should know of how it was understood; nil if there was no choice.
    let note: String?

    /// What is understood, for errors and `--help`.
    static let forms =
        "2025-02-23 10:00, 2025-02-23T10:00:30+01:00 (or Z), 10:00:30 (today), yesterday 17:30, "
        + "10 minutes ago, now"

    /// Reads a time; one without a zone is in that of `clocks`.
    ///
    /// In the night the clocks go back an hour comes twice, and the first of the two is meant; in
    /// the night they go forward an hour is missing, and the clock is read as if it had not gone.
    ///
    /// - Throws: `TimeInputError` that tells what is understood.
    init(_ text: String, clocks: some Clocks) throws(TimeInputError) {
        let words = text.lowercased().split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let found = try Self.read(words, clocks) else { throw TimeInputError(text: text) }
        self = found
    }

    private init(time: WallTime, note: String? = nil) {
        self.time = time
        self.note = note
    }

    private static func read(
        _ words: [String], _ clocks: some Clocks
    ) throws(TimeInputError) -> TimeInput? {
        if words == ["now"] { return TimeInput(time: clocks.wall) }
        if let ago = timeAgo(words) { return TimeInput(time: clocks.wall + (.zero - ago)) }
        var words = words
        if words.count == 1, let first = words.first, let mark = first.firstIndex(of: "t"),
            first.first?.isNumber == true
        {
            words = [String(first[..<mark]), String(first[first.index(after: mark)...])]
        }
        guard let first = words.first, words.count <= 2 else { return nil }
        let today = CivilTime.day(of: clocks.wall, offset: clocks.utcOffset(at: clocks.wall))
        let day: Int64
        switch first {
        case "today": day = today
        case "yesterday": day = today - 1
        default:
            guard let date = CivilTime.day(first) else {
                // A time of day alone is today's.
                return words.count == 1 ? try local(first, day: today, clocks) : nil
            }
            day = date
        }
        return try local(words.count == 2 ? words[1] : "00:00", day: day, clocks)
    }

    /// A time of day, with a zone behind it or in that of the clocks.
    private static func local(
        _ word: String, day: Int64, _ clocks: some Clocks
    ) throws(TimeInputError) -> TimeInput? {
        let (clock, zone) = CivilTime.splitZone(word)
        guard let sinceMidnight = CivilTime.nanoseconds(clock) else { return nil }
        let civil = day * 86_400_000_000_000 + sinceMidnight
        if let zone {
            return CivilTime.offset(zone).map {
                TimeInput(time: WallTime(nanoseconds: civil - $0 * 1_000_000_000))
            }
        }
        return resolve(civil, word, clocks)
    }

    /// Finds the instant at which the local clock shows `civil`, nanoseconds since 1970 by itself.
    private static func resolve(
        _ civil: Int64, _ word: String, _ clocks: some Clocks
    ) -> TimeInput {
        func instant(_ offset: Int64) -> WallTime {
            WallTime(nanoseconds: civil - offset * 1_000_000_000)
        }
        let day: Int64 = 86_400_000_000_000
        let before = clocks.utcOffset(at: WallTime(nanoseconds: civil - day))
        let after = clocks.utcOffset(at: WallTime(nanoseconds: civil + day))
        let holds = [before, after].map { clocks.utcOffset(at: instant($0)) == $0 }
        guard before != after else { return TimeInput(time: instant(before)) }
        switch (holds[0], holds[1]) {
        case (true, true):
            let earlier = min(instant(before), instant(after))
            return TimeInput(
                time: earlier,
                note: "\(word) comes twice in that night; the first one is meant. "
                    + "Write the zone for the other: \(CivilTime.text(of: min(before, after)))")
        case (false, true): return TimeInput(time: instant(after))
        case (true, false): return TimeInput(time: instant(before))
        case (false, false):
            return TimeInput(
                time: instant(before),
                note: "\(word) is left out in that night, when the clocks go forward")
        }
    }

    /// `10 minutes ago`.
    private static func timeAgo(_ words: [String]) -> Duration? {
        guard words.count == 3, words[2] == "ago", let count = Int64(words[0]), count >= 0,
            count <= 1_000_000
        else { return nil }
        let seconds: Int64
        switch words[1] {
        case "second", "seconds": seconds = 1
        case "minute", "minutes": seconds = 60
        case "hour", "hours": seconds = 3600
        case "day", "days": seconds = 86_400
        case "week", "weeks": seconds = 604_800
        default: return nil
        }
        return .seconds(count * seconds)
    }
}

/// A text that is no time.
struct TimeInputError: Error, Equatable, CustomStringConvertible {
    let text: String

    var description: String { "'\(text)' is no time; write it like \(TimeInput.forms)" }
}
