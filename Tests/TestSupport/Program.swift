import CLinux
import Glibc
public import Platform

/// The built `cctv` as a process of its own, as a person runs it.
public final class Program {
    /// How a process ended and what it wrote.
    public struct Outcome: Sendable {
        /// The exit status; 128 plus the signal's number if one ended it.
        public let status: Int32
        /// What it wrote to the standard output.
        public let output: String
        /// What it wrote to the standard error.
        public let errors: String
    }

    private let folder = TemporaryDirectory()
    private let process: Int32
    private var outcome: Outcome?

    /// The executable that lies beside the test bundle.
    public static var path: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
        let bundle = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return bundle.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/cctv"
    }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - directory: where it runs, so that it finds no settings file of another test.
    ///   - environment: added to `PATH` and a `HOME` that is empty.
    /// - Throws: `SystemError` if there is no such executable.
    public init(
        _ arguments: [String], in directory: String, environment: [String: String] = [:]
    ) throws(SystemError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT
        posix_spawn_file_actions_addopen(&actions, 1, folder.file("output"), flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder.file("errors"), flags, 0o600)
        posix_spawn_file_actions_addchdir_np(&actions, directory)
        let variables = ["PATH": "/usr/bin:/bin", "HOME": folder.path]
            .merging(environment) { $1 }.map { "\($0)=\($1)" }
        var words = ([Self.path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var process: Int32 = 0
        let status = posix_spawn(&process, Self.path, &actions, nil, &words, &settings)
        guard status == 0 else {
            throw SystemError(call: "posix_spawn", subject: Self.path, code: status)
        }
        self.process = process
    }

    /// Runs it to its end.
    ///
    /// - Throws: `SystemError` if there is no such executable.
    public static func run(
        _ arguments: [String], in directory: String, environment: [String: String] = [:]
    ) throws(SystemError) -> Outcome {
        try Program(arguments, in: directory, environment: environment).wait()
    }

    /// The number of the process.
    public var number: Int32 { process }

    /// What it has written to the standard error so far.
    public var errors: String { text("errors") }

    /// What it has written to the standard output so far.
    public var output: String { text("output") }

    /// Sends it a signal.
    public func send(_ signal: Int32) { kill(process, signal) }

    /// Waits for its end; one that does not end within `limit` is killed.
    public func wait(atMost limit: Duration = .seconds(30)) -> Outcome {
        if let outcome { return outcome }
        var status: Int32 = 0
        if !eventually(within: limit, { waitpid(process, &status, WNOHANG) != 0 }) {
            kill(process, SIGKILL)
            waitpid(process, &status, 0)
        }
        let signal = status & 0x7F
        let code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        let ended = Outcome(status: code, output: output, errors: errors)
        outcome = ended
        return ended
    }

    deinit { if outcome == nil { send(SIGKILL); waitpid(process, nil, 0) } }

    private func text(_ name: String) -> String {
        String(decoding: (try? Fixture.read(folder.file(name))) ?? [], as: UTF8.self)
    }
}
