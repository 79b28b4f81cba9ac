import CLinux
import Glibc
import Platform

/// The service manager that started the program, told by the protocol of `sd_notify(3)`.
///
/// A message is one datagram to the socket in `NOTIFY_SOCKET`. Sending never waits, and a manager
/// that does not listen changes nothing. From any thread.
struct ServiceManager: Sendable {
    /// What the manager is told.
    enum Message: Equatable, Sendable {
        /// The program does what it was started for, or has taken over new settings.
        case ready
        /// The settings are read again; `ready` follows.
        case reloading
        /// The program ends.
        case stopping
        /// All threads go on.
        case watchdog
        /// What the program does, in words.
        case status(String)
    }

    private let socket: String
    /// Whether the manager ends a program that it does not hear `watchdog` from.
    let wantsWatchdog: Bool

    /// Finds the manager in the environment; nil if none started the program.
    init?(environment: [String: String], process: Int32 = getpid()) {
        guard let socket = environment["NOTIFY_SOCKET"], socket.utf8.count > 1,
            socket.hasPrefix("/") || socket.hasPrefix("@")
        else { return nil }
        self.socket = socket
        let interval = environment["WATCHDOG_USEC"].flatMap { UInt64($0) } ?? 0
        // A child inherits the variables and is not meant.
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        wantsWatchdog = interval > 0 && isMeant
    }

    /// Sends messages as one datagram.
    func tell(_ messages: Message...) {
        let text = messages.map(Self.text).joined(separator: "\n")
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(AF_UNIX, kind, 0)
        guard number >= 0 else { return }
        let descriptor = OwnedDescriptor(adopting: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A name that starts with @ lies outside the file system and starts with a zero byte.
        let name = (socket.hasPrefix("@") ? [0] : []) + socket.utf8.drop { $0 == UInt8(ascii: "@") }
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { path in
            guard name.count < path.count else { return false }
            path.copyBytes(from: name)
            return true
        }
        guard fits else { return }
        let isPath = socket.hasPrefix("/")
        let size = MemoryLayout<sa_family_t>.size + name.count + (isPath ? 1 : 0)
        var bytes = Array(text.utf8)
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(
                    descriptor.number, &bytes, bytes.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address,
                    socklen_t(size))
            }
        }
    }

    private static func text(_ message: Message) -> String {
        switch message {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(microsecondsAwake())"
        case .stopping: "STOPPING=1"
        case .watchdog: "WATCHDOG=1"
        case .status(let words): "STATUS=" + words.map { $0.isNewline ? " " : "\($0)" }.joined()
        }
    }

    /// The clock that the manager compares with, which is not the one that counts time asleep.
    private static func microsecondsAwake() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
