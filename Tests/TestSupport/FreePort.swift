import Glibc
public import Platform

/// A TCP port of this machine that nobody listens on now.
public func freePort() throws(SystemError) -> UInt16 {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw SystemError(call: "socket", subject: "127.0.0.1") }
    let probe = OwnedDescriptor(adopting: number)
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(probe.number, address, size) == 0
                && getsockname(probe.number, address, &size) == 0
        }
    }
    guard isBound else { throw SystemError(call: "bind", subject: "127.0.0.1") }
    return UInt16(bigEndian: own.sin_port)
}
