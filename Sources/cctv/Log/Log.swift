import Glibc
import Platform
import Synchronization

/// The log of a recorder: lines go to the file and to the standard error on a thread of their own.
///
/// Whoever logs never waits for a disk or a terminal. Lines that come faster than they can be
/// written are counted and told as a number.
final class Log: Sendable {
    private static let capacity = 4096

    private struct State {
        var waiting: [LogEntry] = []
        var overflow = 0
        var level: LogLevel
        var status: String?
        var isClosing = false
        var isHeld = false
    }

    private let state: Mutex<State>
    private let bell: Doorbell
    private let clocks: any Clocks
    private let thread = Mutex<NamedThread?>(nil)
    /// The last lines, for who looks at the log while the recorder runs.
    let recent = LogRing()

    /// Starts the log.
    ///
    /// - Parameters:
    ///   - path: the log file.
    ///   - screen: how lines look on the standard error.
    ///   - isScreenOn: whether lines go there at all.
    init(
        path: String, level: LogLevel, screen: LogScreen?, clocks: any Clocks = SystemClocks()
    ) throws(SystemError) {
        state = Mutex(State(level: level))
        bell = try Doorbell()
        self.clocks = clocks
        let thread = try NamedThread(name: "log", stackSize: 256 << 10) { [self] in
            var writer = LogWriter(
                file: LogFile(path: path), screen: screen, recent: recent, clocks: clocks)
            run(&writer)
        }
        self.thread.withLock { $0 = thread }
    }

    /// Logs a line; never blocks.
    ///
    /// - Parameters:
    ///   - message: the same for every repeat of the event, which are folded; what differs from
    ///     one to the next stands in `fields`.
    func write(
        _ level: LogLevel, _ event: EventName, camera: String? = nil, _ message: String,
        _ fields: KeyValuePairs<String, JSON> = [:]
    ) {
        let entry = LogEntry(
            time: clocks.wall, level: level, message: message, event: event, camera: camera,
            fields: fields.map { JSON.Member(name: $0.key, value: $0.value) })
        let isAwaited = state.withLock { state in
            guard level >= state.level, !state.isClosing else { return false }
            guard state.waiting.count < Self.capacity else {
                state.overflow += 1
                return false
            }
            state.waiting.append(entry)
            return true
        }
        if isAwaited { bell.ring() }
    }

    /// Sets the least important level that is logged.
    func setLevel(_ level: LogLevel) { state.withLock { $0.level = level } }

    /// Keeps lines from the file while its disk is gone, or writes those that were kept.
    func hold(_ isHeld: Bool) {
        state.withLock { $0.isHeld = isHeld }
        bell.ring()
    }

    /// Sets the line that stands below the others on a terminal; nil takes it away.
    func setStatus(_ status: String?) {
        let isNew = state.withLock { state in
            defer { state.status = status }
            return state.status != status
        }
        if isNew { bell.ring() }
    }

    /// Writes what was logged so far and ends the thread; later lines are not written.
    func close() {
        state.withLock { $0.isClosing = true }
        bell.ring()
        thread.withLock { $0.take() }?.join()
    }

    private func run(_ writer: inout LogWriter) {
        while true {
            let taken = state.withLock { state in
                defer { (state.waiting, state.overflow) = ([], 0) }
                return state
            }
            writer.hold(taken.isHeld)
            writer.write(taken.waiting)
            if taken.overflow > 0 { writer.tellOverflow(taken.overflow) }
            writer.show(status: taken.isClosing ? nil : taken.status)
            if taken.isClosing {
                writer.finish()
                return
            }
            bell.wait(atMost: writer.timeToNextSum)
        }
    }
}

/// What the log's thread does with lines: folds, appends, prints.
private struct LogWriter: ~Copyable {
    private var file: LogFile
    private let screen: LogScreen?
    private let recent: LogRing
    private let clocks: any Clocks
    private var folder = RepeatFolder()
    private var status: String?

    init(file: consuming LogFile, screen: LogScreen?, recent: LogRing, clocks: any Clocks) {
        self.file = file
        self.screen = screen
        self.recent = recent
        self.clocks = clocks
    }

    /// How long until a sum of repeats is due; nil if nothing is counted.
    var timeToNextSum: Duration? { folder.nextDue.map { max(.zero, $0 - clocks.monotonic) } }

    mutating func write(_ entries: [LogEntry]) {
        for entry in entries {
            for line in folder.admit(entry, at: clocks.monotonic) { put(line) }
        }
        for sum in folder.take(endedBy: clocks.monotonic) { put(sum) }
    }

    mutating func finish() {
        for sum in folder.takeAll() { put(sum) }
    }

    mutating func tellOverflow(_ count: Int) {
        put(
            entry(
                .logOverflow, "Lines were logged faster than they could be written",
                [JSON.Member(name: "lines", value: JSON(count))]))
    }

    private mutating func put(_ entry: LogEntry) {
        show(entry)
        recent.append(entry, at: file.place(at: clocks.monotonic))
        tell(file.append(entry.line, at: clocks.monotonic))
    }

    mutating func hold(_ isHeld: Bool) {
        if isHeld { file.hold() } else { tell(file.release(at: clocks.monotonic)) }
    }

    private mutating func tell(_ outcome: LogFile.Outcome?) {
        switch outcome {
        case nil: break
        case .failed(let error):
            show(
                self.entry(.logUnwritable, "The log cannot be written, recording goes on: \(error)")
            )
        case .recovered(let lost):
            put(
                self.entry(
                    .logRecovered, "The log can be written again",
                    [JSON.Member(name: "lines", value: JSON(lost))]))
        }
    }

    private func entry(
        _ event: EventName, _ message: String, _ fields: [JSON.Member] = []
    ) -> LogEntry {
        LogEntry(
            time: clocks.wall, level: .warning, message: message, event: event, camera: nil,
            fields: fields)
    }

    private func show(_ entry: LogEntry) {
        guard let screen else { return }
        let line = screen.line(entry) + "\n"
        print(status.map { Self.eraseLine + line + $0 } ?? line)
    }

    /// Replaces the line below the others, on a terminal only.
    mutating func show(status new: String?) {
        guard screen == .terminal, new != status else { return }
        status = new
        print(Self.eraseLine + (new ?? ""))
    }

    /// Back to the first column, and clear to the end of the line (ECMA-48 8.3.41).
    private static let eraseLine = "\r\u{1B}[K"

    /// A terminal that is gone is nothing to be told about.
    private func print(_ text: String) {
        try? WholeFile.write(Array(text.utf8), to: STDERR_FILENO, path: "stderr")
    }
}
