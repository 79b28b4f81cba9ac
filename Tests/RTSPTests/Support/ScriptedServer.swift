import Glibc
import Platform
import RTSP
import Synchronization

/// A server on the loopback that does to each connection what a test tells it to.
///
/// It serves one connection after the other on one thread, and ends when the test is over. Its sockets
/// are closed in programs that other tests start, which would keep connections open.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let listener: OwnedDescriptor
    private let stopping: Cancellation
    private let thread: Mutex<NamedThread?> = Mutex(nil)
    private let log = Mutex<[UInt8]>([])
    private let connections = Mutex(0)

    init(_ serve: @escaping @Sendable (inout Peer) -> Void) throws {
        listener = OwnedDescriptor(
            adopting: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        stopping = try Cancellation()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = listener.number
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(number, $0, length)
                _ = listen(number, 16)
                _ = getsockname(number, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        let server = self
        let started = try NamedThread(name: "scripted") { server.run(serve) }
        thread.withLock { $0 = started }
    }

    /// Everything that clients have sent, of all connections.
    var received: String { log.withLock { String(decoding: $0, as: UTF8.self) } }

    /// The number of connections so far.
    var connectionCount: Int { connections.withLock { $0 } }

    /// Ends the thread and closes the port; the script's reads then return nil.
    func stop() {
        stopping.cancel()
        thread.withLock { $0.take() }?.join()
        shutdown(listener.number, Int32(SHUT_RDWR))
    }

    fileprivate func note(_ bytes: [UInt8]) { log.withLock { $0 += bytes } }

    private func run(_ serve: @Sendable (inout Peer) -> Void) {
        while waitReadable(listener.number, stopping) {
            let number = accept(listener.number, nil, nil)
            guard number >= 0 else { return }
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            connections.withLock { $0 += 1 }
            var peer = Peer(
                socket: OwnedDescriptor(adopting: number), server: self, stopping: stopping)
            serve(&peer)
        }
    }
}

private func waitReadable(_ descriptor: Int32, _ stopping: Cancellation) -> Bool {
    var descriptors = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    poll(&descriptors, 2, 20_000)
    return descriptors[1].revents == 0 && descriptors[0].revents != 0
}

/// The server's end of a connection.
struct Peer: ~Copyable {
    let socket: OwnedDescriptor
    private let server: ScriptedServer
    private let stopping: Cancellation
    /// What becomes of everything that is sent.
    var damage: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    private var buffer: [UInt8] = []
    private var reader = WireReader(channels: .all)

    fileprivate init(
        socket: consuming OwnedDescriptor, server: ScriptedServer, stopping: Cancellation
    ) {
        self.socket = socket
        self.server = server
        self.stopping = stopping
        var one: Int32 = 1
        setsockopt(
            self.socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
    }

    /// Lets time pass, or the test end.
    func pause(milliseconds: Int32) {
        var ending = pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&ending, 1, milliseconds)
    }

    /// True when the test is over.
    var isStopping: Bool { stopping.isCancelled }

    /// Returns the next request; nil when the client has gone or the test is over.
    mutating func request() -> RTSPRequest? {
        while true {
            let element = buffer.withUnsafeBytes { try? reader.next(in: $0) }
            switch element {
            case .incomplete:
                guard waitReadable(socket.number, stopping) else { return nil }
                var chunk = [UInt8](repeating: 0, count: 65536)
                let count = recv(socket.number, &chunk, chunk.count, 0)
                guard count > 0 else { return nil }
                server.note(Array(chunk.prefix(count)))
                buffer += chunk.prefix(count)
            case .message(.request(let request), let length):
                buffer.removeFirst(length)
                return request
            case .message(_, let length), .noise(let length): buffer.removeFirst(length)
            case .interleaved(_, let length): buffer.removeFirst(length + 4)
            case nil: return nil
            }
        }
    }

    /// Waits for the client to go, or the end of the test.
    mutating func drain() { while request() != nil {} }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = damage(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func answer(
        _ request: RTSPRequest, _ status: Int = 200, _ headers: [(String, String)] = [],
        body: String = ""
    ) -> Bool {
        var response = RTSPResponse(to: request, status: status)
        for (name, value) in headers { response.headers.append(name, value) }
        response.body = Array(body.utf8)
        return send(response.serialized())
    }
}
