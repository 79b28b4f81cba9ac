public import Glibc
public import Platform

/// A TCP port of this machine that nobody listens on now.
public func freePort() throws(SystemError) -> UInt16 {
    let probe = try loopbackSocket(SOCK_STREAM)
    close(probe.number)
    return probe.port
}

/// A socket that is bound to a free port of loopback; the caller closes it.
public func loopbackSocket(
    _ type: __socket_type
) throws(SystemError) -> (number: Int32, port: UInt16) {
    let number = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw SystemError(call: "socket", subject: "127.0.0.1") }
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(number, address, size) == 0 && getsockname(number, address, &size) == 0
        }
    }
    guard isBound else {
        let error = SystemError(call: "bind", subject: "127.0.0.1")
        close(number)
        throw error
    }
    return (number, UInt16(bigEndian: own.sin_port))
}
