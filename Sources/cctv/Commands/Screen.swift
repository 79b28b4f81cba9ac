import Glibc
import Platform

/// What a command tells a person beside its output, on the standard error.
enum Screen {
    /// Whether a person looks at it.
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Writes a line.
    static func say(_ line: String) { write(Redaction.redacted(line) + "\n") }

    /// Writes a line over the last one that was written so; empty clears it.
    static func show(_ line: String) {
        guard isTerminal else { return }
        write("\r\u{1B}[K" + line)
    }

    private static func write(_ text: String) {
        // A terminal that is gone must not end what the command does.
        try? WholeFile.write(Array(text.utf8), to: STDERR_FILENO, path: "stderr")
    }
}
