import Synchronization

/// The last lines of the log, as they stand in its file; for who looks at it while it is written.
final class LogRing: Sendable {
    /// A line with its place in the run of the program.
    struct Line: Sendable {
        let position: Int64
        /// Without any password.
        let entry: LogEntry
        /// Where it begins in the log's file; nil if the file took no lines then.
        var place: LogHistory.Place?
    }

    /// Which lines are wanted; see `lines`.
    struct Filter {
        var level = LogLevel.debug
        var search: String?
        var camera: String?
        /// Only lines before this position.
        var before = Int64.max
        var limit = 500
    }

    private struct State {
        /// In their order from `oldest` on, then from the beginning.
        var lines: [Line] = []
        var oldest = 0
        var next: Int64 = 1
        var listener: (@Sendable (Line) -> Void)?
    }

    /// So many lines are kept; older ones are in the log's file.
    static let capacity = 2000
    private let state = Mutex(State())

    /// Keeps a line and tells it to the listener; called on the log's thread.
    func append(_ entry: LogEntry, at place: LogHistory.Place? = nil) {
        var entry = entry
        entry.message = entry.shownMessage
        entry.count = 1
        let (line, listener) = state.withLock { state in
            let line = Line(position: state.next, entry: entry, place: place)
            state.next += 1
            if state.lines.count < Self.capacity {
                state.lines.append(line)
            } else {
                state.lines[state.oldest] = line
                state.oldest = (state.oldest + 1) % Self.capacity
            }
            return (line, state.listener)
        }
        listener?(line)
    }

    /// Hears every line from now on, on the log's thread; must not wait.
    ///
    /// Nil ends it.
    func listen(_ listener: (@Sendable (Line) -> Void)?) {
        state.withLock { $0.listener = listener }
    }

    /// All lines, the oldest first.
    private var all: [Line] {
        state.withLock { Array($0.lines[$0.oldest...] + $0.lines[..<$0.oldest]) }
    }

    /// Where in the log's file the lines before these begin to be read backwards; nil if none of these
    /// is in the file.
    var beginning: LogHistory.Place? {
        all.lazy.compactMap(\.place).first
    }

    /// Lines, the newest first, and whether older ones match too.
    func lines(_ filter: Filter) -> (lines: [Line], hasMore: Bool) {
        let search = filter.search?.lowercased()
        var found: [Line] = []
        for line in all.reversed() where line.position < filter.before {
            let entry = line.entry
            guard entry.level >= filter.level,
                filter.camera.map({ $0 == entry.camera }) ?? true,
                search.map({ entry.matches($0) }) ?? true
            else { continue }
            guard found.count < filter.limit else { return (found, true) }
            found.append(line)
        }
        return (found, false)
    }
}

extension LogEntry {
    /// Whether a text in small letters stands in what a person sees of the line.
    fileprivate func matches(_ text: String) -> Bool {
        message.lowercased().contains(text) || event.rawValue.contains(text)
            || camera?.contains(text) == true
    }
}
