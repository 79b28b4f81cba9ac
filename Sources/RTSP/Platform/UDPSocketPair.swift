import Glibc
import Platform

/// The two sockets of a medium that comes in datagrams: RTP on an even port, RTCP on the next.
///
/// Only packets from the camera's own address, or from the one it has announced, are taken.
final class UDPSocketPair {
    /// The largest receive queue asked for; the system may grant less.
    private static let queueLength: Int32 = 4 << 20
    private static let attempts = 64

    /// Our ports.
    let ports: TransportHeader.Pair<UInt16>
    private let rtp: OwnedDescriptor
    private let rtcp: OwnedDescriptor
    private var senders: [SocketAddress]
    private var target: SocketAddress?

    private init(
        rtp: consuming OwnedDescriptor, rtcp: consuming OwnedDescriptor, port: UInt16,
        camera: SocketAddress
    ) {
        self.rtp = rtp
        self.rtcp = rtcp
        ports = TransportHeader.Pair(rtp: port, rtcp: port + 1)
        senders = [camera]
    }

    /// Opens a pair on free ports, to talk with the camera at `camera`.
    static func open(camera: SocketAddress) throws(RTSPError) -> UDPSocketPair {
        var failure = SystemError(call: "bind", subject: "udp", code: EADDRINUSE)
        for _ in 0..<attempts {
            let port = UInt16.random(in: 10_000..<30_000) * 2
            do {
                return UDPSocketPair(
                    rtp: try socket(family: camera.family, port: port),
                    rtcp: try socket(family: camera.family, port: port + 1), port: port,
                    camera: camera)
            } catch {
                failure = error
                guard error.code == EADDRINUSE else { break }
            }
        }
        throw .system(failure)
    }

    private static func socket(family: Int32, port: UInt16) throws(SystemError) -> OwnedDescriptor {
        let kind = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let number = Glibc.socket(family, Int32(kind), 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: "udp") }
        let socket = OwnedDescriptor(adopting: number)
        var length = queueLength
        setsockopt(
            number, SOL_SOCKET, SO_RCVBUF, &length, socklen_t(MemoryLayout<Int32>.size))
        let status = SocketAddress.any(family: family, port: port).withSockaddr {
            bind(number, $0, $1)
        }
        guard status == 0 else { throw SystemError(call: "bind", subject: "udp port \(port)") }
        return socket
    }

    /// Notes where the camera sends from, and opens the way through a firewall between.
    ///
    /// The packets that do so are an RTP header without payload and an empty receiver report.
    func aim(at transport: TransportHeader) {
        guard var address = senders.first else { return }
        if let source = transport.source,
            let announced = SocketAddress.resolve(host: source, isNumeric: true).first,
            announced.family == address.family
        {
            senders.append(announced)
            address = announced
        }
        guard let ports = transport.serverPorts, ports.rtp > 0 else { return }
        address.port = ports.rtp
        send([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], to: address, on: rtp.number)
        address.port = ports.rtcp
        target = address
        sendReport([0x80, 201, 0, 1, 0, 0, 0, 0])
    }

    /// Sends RTCP to the camera, if it has told us where; a datagram that gets lost is no error.
    func sendReport(_ bytes: [UInt8]) {
        guard let target else { return }
        send(bytes, to: target, on: rtcp.number)
    }

    /// Returns the socket of RTP or of RTCP, for `poll(2)`.
    func descriptor(isRTCP: Bool) -> Int32 { isRTCP ? rtcp.number : rtp.number }

    /// Takes the next datagram of the camera.
    ///
    /// - Returns: its length, or nil if there is none.
    func receive(into buffer: UnsafeMutableRawBufferPointer, isRTCP: Bool) -> Int? {
        let number = descriptor(isRTCP: isRTCP)
        while true {
            var sender = SocketAddress()
            let count = sender.withMutableSockaddr {
                recvfrom(number, buffer.baseAddress, buffer.count, 0, $0, &$1)
            }
            if count < 0 {
                // An ICMP error for something we sent says nothing about what we receive.
                guard errno == EINTR || errno == ECONNREFUSED else { return nil }
                continue
            }
            if senders.contains(where: { $0.hasSameHost(as: sender) }) { return count }
        }
    }

    private func send(_ bytes: [UInt8], to address: SocketAddress, on socket: Int32) {
        _ = address.withSockaddr {
            sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1)
        }
    }
}
