import Logging

/// Takes the HTTP server's own log: errors go on as notes, the rest is not wanted.
struct QuietLog: LogHandler {
    let onNote: @Sendable (ConsoleNote) -> Void
    var logLevel = Logger.Level.error
    var metadata: Logger.Metadata = [:]

    init(onNote: @escaping @Sendable (ConsoleNote) -> Void) { self.onNote = onNote }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        onNote(ConsoleNote(.failed, isWarning: true, "The console's server: \(event.message)"))
    }

    /// A logger that says errors as notes.
    static func logger(_ onNote: @escaping @Sendable (ConsoleNote) -> Void) -> Logger {
        Logger(label: "console") { _ in QuietLog(onNote: onNote) }
    }
}
