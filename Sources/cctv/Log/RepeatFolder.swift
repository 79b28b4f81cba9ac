import Platform

/// Turns many equal lines into few: the first is told at once, the rest as a number.
///
/// Lines are equal when level, event, camera and message are. Each kind has a window of its own,
/// so that two cameras that fail in turns fold as well as one. What is told at the level INFO is a
/// change of state, such as a camera that is recorded again, and never waits.
struct RepeatFolder {
    /// How long repeats are counted before the sum is told.
    static let window = Duration.seconds(60)

    private struct Kind: Hashable {
        let level: LogLevel
        let event: EventName
        let camera: String?
        let message: String

        init(_ entry: LogEntry) {
            (level, event, camera) = (entry.level, entry.event, entry.camera)
            message = entry.message
        }
    }

    private struct Window {
        let ends: MonotonicTime
        var last: LogEntry
        var repeats = 0
    }

    private var windows: [Kind: Window] = [:]

    /// Returns what to write now: the entry if it is no repeat, and sums that are due.
    ///
    /// The program's end is its last line: every sum comes before it.
    mutating func admit(_ entry: LogEntry, at now: MonotonicTime) -> [LogEntry] {
        guard entry.event != .programStopped else { return takeAll() + [entry] }
        let due = take(endedBy: now)
        guard entry.level != .info else { return due + [entry] }
        let kind = Kind(entry)
        guard windows[kind] != nil else {
            windows[kind] = Window(ends: now + Self.window, last: entry)
            return due + [entry]
        }
        windows[kind]?.repeats += 1
        windows[kind]?.last = entry
        return due
    }

    /// Returns the sums whose windows have ended, oldest first.
    mutating func take(endedBy now: MonotonicTime) -> [LogEntry] {
        let ended = windows.filter { $0.value.ends <= now }
        for kind in ended.keys { windows[kind] = nil }
        return Self.sums(ended.values)
    }

    /// Returns every sum that has not been told yet; nothing is counted any more.
    mutating func takeAll() -> [LogEntry] {
        defer { windows = [:] }
        return Self.sums(windows.values)
    }

    /// When the next window ends that has something to tell.
    var nextDue: MonotonicTime? {
        windows.values.filter { $0.repeats > 0 }.map(\.ends).min()
    }

    private static func sums(_ windows: some Sequence<Window>) -> [LogEntry] {
        windows.filter { $0.repeats > 0 }.sorted { $0.last.time < $1.last.time }.map { window in
            var sum = window.last
            sum.count = window.repeats
            return sum
        }
    }
}
