/// How important a line of the log is; the words are the predecessor's.
enum LogLevel: String, Comparable, CaseIterable, Sendable {
    case debug = "DEBUG"
    case info = "INFO"
    case warning = "WARNING"
    case error = "ERROR"

    static func < (a: Self, b: Self) -> Bool { a.syslogPriority > b.syslogPriority }

    /// The priority of RFC 5424 6.2.1, which journald reads from `<6>` before a line.
    var syslogPriority: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        }
    }
}
