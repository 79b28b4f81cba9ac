import ArgumentParser
import Glibc
import Platform

/// Reads `--from` and `--to`.
enum TimeRange {
    static let help = "like 2025-02-23 10:00, 10:00:30 (today), yesterday 17:30, 10 minutes ago"

    /// Returns the time from one to the other, and what a person should know of how it was read.
    ///
    /// - Throws: `CommandFailure` (64) if one is no time or the end does not lie after the start.
    static func read(
        from: String, to: String, clocks: some Clocks = SystemClocks()
    ) throws(CommandFailure) -> (range: Range<WallTime>, notes: [String]) {
        let start = try time(from, "--from", clocks)
        let end = try time(to, "--to", clocks)
        guard start.time < end.time else {
            throw CommandFailure(
                "--to (\(LocalTimestamp(end.time).iso8601)) must be later than --from "
                    + "(\(LocalTimestamp(start.time).iso8601))", EX_USAGE)
        }
        return (start.time..<end.time, [start.note, end.note].compactMap(\.self))
    }

    private static func time(
        _ text: String, _ option: String, _ clocks: some Clocks
    ) throws(CommandFailure) -> TimeInput {
        do throws(TimeInputError) { return try TimeInput(text, clocks: clocks) } catch {
            throw CommandFailure("\(option): \(error)", EX_USAGE)
        }
    }
}
