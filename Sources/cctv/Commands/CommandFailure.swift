import ArgumentParser
import Glibc
import Platform

/// A command that could not do what it was asked: a sentence for people and an exit status.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    /// A status of `sysexits.h`.
    let exitStatus: Int32

    init(_ description: String, _ exitStatus: Int32) {
        self.description = Redaction.redacted(description)
        self.exitStatus = exitStatus
    }

    /// Runs calls of the system whose failure ends the command (71).
    static func ifSystemFails<Value: ~Copyable>(
        _ body: () throws(SystemError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(SystemError) { return try body() } catch {
            throw CommandFailure("\(error)", EX_OSERR)
        }
    }
}

extension String {
    /// The text with spaces behind it, for columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
