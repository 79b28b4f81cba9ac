import CLinux
import Glibc

/// What the process asks of the system before anything else happens.
enum ProcessSetup {
    /// The process's environment as it was at the start.
    static let environment: [String: String] = {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }()

    /// Prepares the process; called once, before the first thread.
    static func prepare() {
        // A viewer or a pipe that closes must be an error of write(), not the end.
        signal(SIGPIPE, SIG_IGN)
        // Recordings are for their owner and the owner's group.
        umask(0o027)
        // Passwords are in memory: no core file, and no debugger of the same user.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = clinux_prctl(PR_SET_DUMPABLE, 0)
        // A thread per camera would have a heap of its own each, which never shrinks.
        mallopt(M_ARENA_MAX, 2)
        raiseDescriptorLimit()
        hideCredentialsOfArguments()
    }

    /// Each camera and clip holds some descriptors; the soft limit is often 1024.
    private static func raiseDescriptorLimit() {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(files, &limit)
    }

    /// Overwrites passwords, and user names of URLs, in what `ps` shows, once they have been copied.
    private static func hideCredentialsOfArguments() {
        _ = CommandLine.arguments
        var before = ""
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            let text = String(cString: argument)
            defer { before = text }
            if ["--cameras", "CAMERAS", "PASSWORD"].contains(before)
                || text.hasPrefix("--cameras=")
            {
                memset(argument, Int32(UInt8(ascii: "*")), strlen(argument))
                continue
            }
            guard let start = text.firstRange(of: "://"), let end = text.lastIndex(of: "@"),
                end > start.upperBound
            else { continue }
            let from = text.utf8.distance(from: text.startIndex, to: start.upperBound)
            let to = text.utf8.distance(from: text.startIndex, to: end)
            memset(argument + from, Int32(UInt8(ascii: "*")), to - from)
        }
    }
}
