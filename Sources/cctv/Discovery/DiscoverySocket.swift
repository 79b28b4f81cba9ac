import CLinux
import Glibc
import Platform

/// A UDP socket on one of the machine's addresses that sends to a multicast group.
final class DiscoverySocket {
    private let descriptor: OwnedDescriptor

    var number: Int32 { descriptor.number }

    /// Opens a socket that sends from an IPv4 address of this machine and hears answers there.
    init(_ address: String) throws(SystemError) {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | flags, 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: address) }
        descriptor = OwnedDescriptor(adopting: number)
        var own = try Self.socketAddress(address, 0)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        guard isBound == 0 else { throw SystemError(call: "bind", subject: address) }
        setsockopt(
            number, Int32(IPPROTO_IP), IP_MULTICAST_IF, &own.sin_addr,
            socklen_t(MemoryLayout<in_addr>.size))
        // Cameras of the same network only.
        var hops: Int32 = 1
        setsockopt(
            number, Int32(IPPROTO_IP), IP_MULTICAST_TTL, &hops,
            socklen_t(MemoryLayout<Int32>.size))
    }

    /// The machine's IPv4 addresses that are up, without those of loopback.
    static func addresses() throws(SystemError) -> [String] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else {
            throw SystemError(call: "getifaddrs", subject: "networks")
        }
        defer { freeifaddrs(first) }
        var addresses: [String] = []
        var next = first
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int32(bitPattern: entry.ifa_flags)
            guard let address = entry.ifa_addr, address.pointee.sa_family == AF_INET,
                flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0
            else { continue }
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                addresses.append(text($0.pointee.sin_addr))
            }
        }
        return addresses
    }

    func send(_ text: String, to host: String, _ port: UInt16) throws(SystemError) {
        var target = try Self.socketAddress(host, port)
        let bytes = Array(text.utf8)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size)
            }
        }
        guard count == bytes.count else { throw SystemError(call: "sendto", subject: host) }
    }

    /// Takes a datagram that has come, and who sent it; nil if there is none.
    func receive() -> (text: String, host: String)? {
        var block = [UInt8](repeating: 0, count: 65_536)
        var sender = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &sender) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(number, &block, block.count, 0, $0, &size)
            }
        }
        guard count > 0 else { return nil }
        return (String(decoding: block[..<count], as: UTF8.self), Self.text(sender.sin_addr))
    }

    private static func socketAddress(
        _ host: String, _ port: UInt16
    ) throws(SystemError) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw SystemError(call: "inet_pton", subject: host, code: EINVAL)
        }
        return address
    }

    private static func text(_ address: in_addr) -> String {
        var address = address
        var buffer = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        guard inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count)) != nil else {
            return ""
        }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
