internal import CLinux
internal import Glibc
internal import Platform

/// The sockets of a fake camera, all of them on 127.0.0.1 and non-blocking.
enum LoopbackSocket {
    /// Opens a listening TCP socket.
    ///
    /// - Throws: `SystemError` if the port is taken.
    static func listen(port: UInt16) throws(SystemError) -> OwnedDescriptor {
        let socket = try open(SOCK_STREAM)
        setOption(socket, SOL_SOCKET, SO_REUSEADDR, 1)
        try bind(socket, port: port)
        guard Glibc.listen(socket.number, 512) == 0 else {
            throw SystemError(call: "listen", subject: "127.0.0.1:\(port)")
        }
        return socket
    }

    /// Takes the next connection; `nil` if there is none.
    static func accept(_ listener: Int32) -> OwnedDescriptor? {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = accept4(listener, nil, nil, flags)
        guard number >= 0 else { return nil }
        let socket = OwnedDescriptor(adopting: number)
        setOption(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        return socket
    }

    /// Opens a UDP socket that sends to `peer`.
    static func datagrams(to peer: UInt16) throws(SystemError) -> OwnedDescriptor {
        let socket = try open(SOCK_DGRAM)
        try bind(socket, port: 0)
        setOption(socket, SOL_SOCKET, SO_SNDBUF, 1 << 20)
        let status = withAddress(port: peer) { connect(socket.number, $0, $1) }
        guard status == 0 else {
            throw SystemError(call: "connect", subject: "udp 127.0.0.1:\(peer)")
        }
        return socket
    }

    /// Returns the port of a bound socket.
    static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(socket, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Makes closing a connection reset it (RST) instead of ending it (FIN).
    static func resetOnClose(_ socket: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    private static func open(_ kind: __socket_type) throws(SystemError) -> OwnedDescriptor {
        let flags = kind.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let number = socket(AF_INET, Int32(flags), 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: "fake camera") }
        return OwnedDescriptor(adopting: number)
    }

    private static func bind(
        _ socket: borrowing OwnedDescriptor, port: UInt16
    ) throws(SystemError) {
        let number = socket.number
        guard withAddress(port: port, { Glibc.bind(number, $0, $1) }) == 0 else {
            throw SystemError(call: "bind", subject: "127.0.0.1:\(port)")
        }
    }

    private static func setOption(
        _ socket: borrowing OwnedDescriptor, _ level: Int32, _ option: Int32, _ value: Int32
    ) {
        var value = value
        setsockopt(socket.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withAddress(
        port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
