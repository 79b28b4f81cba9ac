import Glibc
import Platform

/// Another program, run to its end without a shell; its output goes where ours does.
enum Subprocess {
    /// Runs a program that is found by `PATH`.
    ///
    /// - Returns: its exit status, 128 plus the number of a signal that ended it.
    /// - Throws: `SystemError` if there is no such program.
    static func run(_ words: [String]) throws(SystemError) -> Int32 {
        guard let name = words.first else { return 0 }
        var arguments = words.map { strdup($0) } + [nil]
        defer { for word in arguments { free(word) } }
        var process: Int32 = 0
        let status = posix_spawnp(&process, name, nil, nil, &arguments, environ)
        guard status == 0 else {
            throw SystemError(call: "posix_spawn", subject: name, code: status)
        }
        var end: Int32 = 0
        while waitpid(process, &end, 0) < 0 {
            guard errno == EINTR else { throw SystemError(call: "waitpid", subject: name) }
        }
        let signal = end & 0x7F
        return signal == 0 ? (end >> 8) & 0xFF : 128 + signal
    }
}
