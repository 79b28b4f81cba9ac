import Glibc
public import Platform

/// Takes every connection on a port of the loopback, and says nothing.
public final class SilentServer: Sendable {
    /// The port, until the test lets go of the server.
    public let port: UInt16
    private let listener: OwnedDescriptor

    /// Listens on a port that was free.
    ///
    /// - Throws: `SystemError` if there is none.
    public init() throws(SystemError) {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: "loopback") }
        listener = OwnedDescriptor(adopting: number)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && listen(number, 8) == 0
                    && getsockname(number, $0, &size) == 0
            }
        }
        guard isListening else { throw SystemError(call: "listen", subject: "loopback") }
        port = UInt16(bigEndian: address.sin_port)
    }
}
