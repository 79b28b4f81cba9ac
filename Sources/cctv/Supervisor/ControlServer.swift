import Glibc
import Platform

/// The running recorder's end of its socket, driven by the supervisor's thread.
///
/// A client that sends nothing, too much or garbage costs its own connection only.
struct ControlServer: ~Copyable {
    private static let greatestClients = 16
    private static let greatestRequest = 4096
    private static let patience = Duration.seconds(5)

    private final class Client {
        let socket: OwnedDescriptor
        let since: MonotonicTime
        var received: [UInt8] = []

        init(socket: consuming OwnedDescriptor, since: MonotonicTime) {
            self.socket = socket
            self.since = since
        }
    }

    private let listener: OwnedDescriptor
    private let path: String
    private var clients: [Client] = []

    private init(listener: consuming OwnedDescriptor, path: String) {
        self.listener = listener
        self.path = path
    }

    /// Opens the socket, for the owner only; one that a crash left is replaced.
    ///
    /// The volume's lock is held by then, so nobody else answers there.
    static func open(_ path: String) throws(SystemError) -> ControlServer {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: path) }
        let listener = OwnedDescriptor(adopting: number)
        unlink(path)
        let mask = umask(0o177)
        defer { umask(mask) }
        guard try ControlSocket.withAddress(path, { bind(number, $0, $1) }) == 0,
            listen(number, 8) == 0
        else { throw SystemError(call: "bind", subject: path) }
        return ControlServer(listener: listener, path: path)
    }

    deinit { unlink(path) }

    /// What the thread has to wait for: a new client, and each one's request.
    var waits: [pollfd] {
        ([listener.number] + clients.map { $0.socket.number }).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
    }

    /// Takes what has come in and answers every whole request.
    mutating func serve(at now: MonotonicTime, _ answer: (ControlRequest) -> JSON) {
        while clients.count < Self.greatestClients {
            let number = accept(listener.number, nil, nil)
            guard number >= 0 else { break }
            _ = fcntl(number, F_SETFL, O_NONBLOCK)
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            clients.append(Client(socket: OwnedDescriptor(adopting: number), since: now))
        }
        var waiting = clients
        waiting.removeAll { client in
            if Self.receive(client) { return true }
            guard let end = client.received.firstIndex(of: UInt8(ascii: "\n")) else {
                return now - client.since > Self.patience
            }
            let request = ControlRequest(line: client.received[..<end])
            let json =
                request.map(answer) ?? ["ok": false, "error": "the request is not understood"]
            // A client that reads nothing loses its answer, and nobody waits for it.
            try? Files.writeAll(
                Array((json.text + "\n").utf8), to: client.socket.number, path: "control.sock")
            return true
        }
        clients = waiting
    }

    /// Returns whether the client is to be let go: it is gone, or sends more than a request.
    private static func receive(_ client: Client) -> Bool {
        var block = [UInt8](repeating: 0, count: greatestRequest)
        let count = recv(client.socket.number, &block, block.count, 0)
        if count < 0 { return errno != EAGAIN && errno != EINTR }
        client.received += block[..<count]
        return count == 0 || client.received.count > greatestRequest
    }
}
