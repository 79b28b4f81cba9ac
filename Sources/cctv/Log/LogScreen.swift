import Glibc

/// How lines look on the standard error: for a terminal, for the journal, or plain.
enum LogScreen: Equatable, Sendable {
    case terminal
    case journal
    case plain

    /// Finds out what the standard error is.
    static func detect(environment: [String: String]) -> LogScreen {
        if isatty(STDERR_FILENO) == 1 {
            return environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
                ? .terminal : .plain
        }
        return isJournal(environment["JOURNAL_STREAM"]) ? .journal : .plain
    }

    /// Whether the standard error is the stream that systemd names in `JOURNAL_STREAM`; a child
    /// whose error output went elsewhere inherits the variable and must not believe it.
    private static func isJournal(_ stream: String?) -> Bool {
        let parts = (stream ?? "").split(separator: ":").compactMap { UInt64($0) }
        var status = stat()
        return parts.count == 2 && fstat(STDERR_FILENO, &status) == 0
            && UInt64(status.st_dev) == parts[0] && UInt64(status.st_ino) == parts[1]
    }

    /// The entry as one readable line.
    func line(_ entry: LogEntry) -> String {
        let camera = entry.camera.map { "[\($0)] " } ?? ""
        // A camera may answer with line breaks and terminal commands.
        let text = String(
            String.UnicodeScalarView(
                (camera + entry.shownMessage).unicodeScalars.map {
                    $0.properties.generalCategory == .control ? " " : $0
                }))
        let time = LocalTimestamp(entry.time).timeOfDay
        switch self {
        case .journal: return "<\(entry.level.syslogPriority)>\(text)"
        case .plain: return "\(time) \(padded(entry.level)) \(text)"
        case .terminal:
            guard let color = color(entry.level) else { return "\u{1B}[2m\(time)\u{1B}[0m \(text)" }
            return "\u{1B}[2m\(time)\u{1B}[0m \(color)\(text)\u{1B}[0m"
        }
    }

    private func padded(_ level: LogLevel) -> String {
        level.rawValue + String(repeating: " ", count: 7 - level.rawValue.count)
    }

    private func color(_ level: LogLevel) -> String? {
        switch level {
        case .debug: "\u{1B}[2m"
        case .info: nil
        case .warning: "\u{1B}[33m"
        case .error: "\u{1B}[31m"
        }
    }
}
