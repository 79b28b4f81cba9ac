import Glibc
public import Platform

/// A TCP connection to a camera.
///
/// The socket never blocks: every wait is a `poll(2)` that also watches the cancellation.
public final class TCPChannel: ByteChannel {
    private let socket: OwnedDescriptor
    private let name: String
    private let clocks: any Clocks
    private let cancellation: Cancellation
    private var coalescingDelay = Duration.zero
    /// The address of the other side.
    let peer: SocketAddress

    /// True while the TEARDOWN of a cancelled session is sent; deadlines hold all the same.
    public var ignoresCancellation = false

    /// The socket.
    public var descriptor: Int32? { socket.number }

    private init(
        socket: consuming OwnedDescriptor, name: String, peer: SocketAddress,
        clocks: any Clocks, cancellation: Cancellation
    ) {
        self.socket = socket
        self.name = name
        self.peer = peer
        self.clocks = clocks
        self.cancellation = cancellation
    }

    /// Connects to the host and port of `url`, its addresses one after the other.
    ///
    /// - Throws: `unresolved`, `refused`, `unreachable`, `connectTimedOut`, `timedOut`,
    ///   `cancelled` or `system`, of the last address tried.
    public static func connect(
        to url: CameraURL, deadline: MonotonicTime, clocks: any Clocks, cancellation: Cancellation
    ) throws(RTSPError) -> TCPChannel {
        let waiting = Waiting(clocks: clocks, cancellation: cancellation)
        let addresses = try HostResolver.shared.addresses(
            of: url.host, port: url.port, deadline: deadline, waiting: waiting)
        var failure = RTSPError.connectTimedOut(host: url.host, port: url.port)
        for (index, address) in addresses.enumerated() {
            let now = clocks.monotonic
            let share = (deadline - now) / (addresses.count - index)
            do {
                let socket = try connect(to: address, of: url, until: now + share, waiting: waiting)
                return TCPChannel(
                    socket: socket, name: "\(url.host):\(url.port)", peer: address, clocks: clocks,
                    cancellation: cancellation)
            } catch .cancelled {
                throw .cancelled
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connect(
        to address: SocketAddress, of url: CameraURL, until deadline: MonotonicTime,
        waiting: Waiting
    ) throws(RTSPError) -> OwnedDescriptor {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let number = Glibc.socket(address.family, Int32(kind), 0)
        guard number >= 0 else { throw .system(SystemError(call: "socket", subject: url.host)) }
        let socket = OwnedDescriptor(adopting: number)
        setOption(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        setOption(number, SOL_SOCKET, SO_KEEPALIVE, 1)
        let status = address.withSockaddr { Glibc.connect(number, $0, $1) }
        if status == 0 { return socket }
        guard errno == EINPROGRESS else { throw failure("connect", of: url, code: errno) }
        guard try waiting.wait(for: Int32(POLLOUT), on: number, until: deadline) else {
            throw .connectTimedOut(host: url.host, port: url.port)
        }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { throw failure("connect", of: url, code: code) }
        return socket
    }

    private static func failure(_ call: String, of url: CameraURL, code: Int32) -> RTSPError {
        switch code {
        case ECONNREFUSED: .refused(host: url.host, port: url.port)
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .unreachable(host: url.host)
        case ETIMEDOUT: .connectTimedOut(host: url.host, port: url.port)
        case ECONNRESET: .reset
        default: .system(SystemError(call: call, subject: url.host, code: code))
        }
    }

    /// Sends all of `bytes`.
    ///
    /// - Throws: as `ByteChannel.send(_:deadline:)`.
    public func send(
        _ bytes: UnsafeRawBufferPointer, deadline: MonotonicTime
    ) throws(RTSPError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.send(
                socket.number, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                guard try waiting.wait(for: Int32(POLLOUT), on: socket.number, until: deadline)
                else { throw .timedOut(phase: .send) }
            } else if errno != EINTR {
                throw failure("send")
            }
        }
    }

    /// Waits for bytes and takes what is there.
    ///
    /// While a delay for coalescing is set, bytes are fetched when enough of them have come or the
    /// delay is over: two system calls for each delay, however many packets came in it.
    ///
    /// - Throws: as `ByteChannel.receive(into:deadline:)`.
    public func receive(
        into buffer: UnsafeMutableRawBufferPointer, deadline: MonotonicTime
    ) throws(RTSPError) -> Int {
        while true {
            let wanted =
                coalescingDelay > .zero
                ? min(deadline, clocks.monotonic + coalescingDelay) : deadline
            let isReady = try waiting.wait(
                for: Int32(POLLIN), on: socket.number, until: wanted)
            let count = recv(socket.number, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count }
            guard errno == EAGAIN || errno == EINTR else { throw failure("recv") }
            if !isReady, clocks.monotonic >= deadline { throw .timedOut(phase: .packet) }
        }
    }

    /// Allows `receive` to wait for more than one byte (`SO_RCVLOWAT`, socket(7)).
    public func coalesce(bytes: Int, delay: Duration) {
        coalescingDelay = delay
        let mark = delay > .zero ? max(1, min(bytes, 1 << 20)) : 1
        Self.setOption(socket.number, SOL_SOCKET, SO_RCVLOWAT, Int32(mark))
    }

    private var waiting: Waiting {
        Waiting(clocks: clocks, cancellation: ignoresCancellation ? nil : cancellation)
    }

    private func failure(_ call: String) -> RTSPError {
        switch errno {
        case ECONNRESET, EPIPE: .reset
        case ETIMEDOUT: .timedOut(phase: .packet)
        default: .system(SystemError(call: call, subject: name))
        }
    }

    private static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
