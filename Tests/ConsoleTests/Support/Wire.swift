import Glibc
import Platform

/// A connection to a console, byte by byte, as a stranger would make it.
final class Wire {
    private let socket: OwnedDescriptor

    /// Connects to a port of this machine; nil if nobody listens.
    ///
    /// - Parameter source: the address of this machine to come from; nil lets the system choose.
    init?(port: Int, address: String = "127.0.0.1", from source: String? = nil) {
        let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        socket = OwnedDescriptor(adopting: number)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        if let source {
            inet_pton(AF_INET, source, &name.sin_addr)
            guard Self.call(bind, number, &name) == 0 else { return nil }
        }
        name.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        guard Self.call(connect, number, &name) == 0 else { return nil }
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ number: Int32,
        _ name: inout sockaddr_in
    ) -> Int32 {
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Connects to a Unix socket; nil if nobody listens.
    init?(path: String) {
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        socket = OwnedDescriptor(adopting: number)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let status = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { return nil }
    }

    /// Sends bytes; what cannot be sent is lost.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends a request without a body.
    func get(_ path: String, headers: String = "") {
        send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
    }

    /// Reads until a text has come, the other end is gone, or time is up; returns what came.
    func read(until text: String, within seconds: Double = 30) -> String {
        var received: [UInt8] = []
        let end = SystemClocks().monotonic + .seconds(seconds)
        while SystemClocks().monotonic < end {
            guard let piece = piece(within: 200) else { continue }
            if piece.isEmpty { break }
            received += piece
            if String(decoding: received, as: UTF8.self).contains(text) { break }
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Whether the other end closes the connection within a time; what it sends before is thrown away.
    func isClosed(within seconds: Double) -> Bool {
        let end = SystemClocks().monotonic + .seconds(seconds)
        while SystemClocks().monotonic < end {
            if piece(within: 200)?.isEmpty == true { return true }
        }
        return false
    }

    /// The bytes that are there; empty at the end, nil if none came in time.
    private func piece(within milliseconds: Int32) -> [UInt8]? {
        var poll = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, milliseconds) > 0 else { return nil }
        var block = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket.number, &block, block.count, 0)
        return Array(block.prefix(max(0, count)))
    }
}
