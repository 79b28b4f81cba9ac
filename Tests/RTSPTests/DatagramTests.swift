import Glibc
import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(1)))
struct DatagramTests {
    let clocks = SystemClocks()

    var soon: MonotonicTime { clocks.monotonic + .seconds(5) }

    /// A camera that sends datagrams on PLAY from a socket of its own.
    private func camera(
        _ send: @escaping @Sendable (DatagramSender) -> Void
    ) throws -> ScriptedServer {
        try ScriptedServer { peer in
            var port: UInt16 = 0
            let sender = DatagramSender()
            while let request = peer.request() {
                if request.method == "SETUP" {
                    var transport = TransportHeader(parsing: request.headers["Transport"] ?? "")
                    if request.uri.hasSuffix("track1") { port = transport.clientPorts?.rtp ?? 0 }
                    transport.serverPorts = .init(rtp: sender.port, rtcp: sender.port)
                    peer.answer(
                        request, 200, [("Session", "x"), ("Transport", transport.headerValue)])
                } else {
                    PlainCamera.answer(request, peer)
                }
                guard request.method == "PLAY" else { continue }
                sender.target = port
                send(sender)
            }
        }
    }

    @Test func `datagrams arrive in order, and lost ones are told`() throws {
        let server = try camera { sender in
            for sequence in [UInt16(65534), 65535, 1, 0, 2, 2, 5] {
                sender.send(PlainCamera.rtp(sequence))
            }
        }
        defer { server.stop() }
        var client = try server.open { $0.transport = .udp }
        try client.play()
        var seen: [UInt8] = []
        var lost: [Int] = []
        for _ in 0..<6 {
            let packet = try client.receive(deadline: soon)
            seen.append(packet.bytes[3])
            lost.append(packet.lostBefore)
        }
        #expect(seen == [254, 255, 0, 1, 2, 5])
        #expect(lost == [0, 0, 0, 0, 0, 2])
        #expect(client.statistics.lost == 2)
        client.close()
        #expect(server.received.contains("client_port="))
    }

    @Test func `a camera that restarts under another name loses no datagram`() throws {
        let server = try camera { sender in
            for sequence in [UInt16(100), 101] { sender.send(PlainCamera.rtp(sequence)) }
            // A little behind the old count: with the same name these would have come too late.
            for sequence in [UInt16(50), 51, 53, 52] {
                sender.send(PlainCamera.rtp(sequence, source: 9))
            }
        }
        defer { server.stop() }
        var client = try server.open { $0.transport = .udp }
        try client.play()
        var seen: [UInt8] = []
        var changes: [Bool] = []
        for _ in 0..<6 {
            let packet = try client.receive(deadline: soon)
            seen.append(packet.bytes[3])
            changes.append(packet.ssrcChanged)
        }
        #expect(seen == [100, 101, 50, 51, 52, 53])
        #expect(changes == [false, false, true, false, false, false])
        #expect(client.statistics.lost == 0)
        client.close()
    }

    @Test func `datagrams of a stranger are not taken`() throws {
        let server = try camera { sender in
            sender.send(PlainCamera.rtp(1, source: 66), from: 0x7F00_0002)
            sender.send(PlainCamera.rtp(2))
        }
        defer { server.stop() }
        var client = try server.open { $0.transport = .udp }
        try client.play()
        #expect(try client.receive(deadline: soon).bytes[3] == 2)
        client.close()
    }

    @Test func `a stall of datagrams ends at its deadline, the connection's end at once`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "SETUP" {
                    let asked = request.headers["Transport"] ?? ""
                    peer.answer(request, 200, [("Session", "x"), ("Transport", asked)])
                } else {
                    PlainCamera.answer(request, peer)
                }
                if request.method == "PLAY" {
                    peer.pause(milliseconds: 300)
                    return
                }
            }
        }
        defer { server.stop() }
        var client = try server.open { $0.transport = .udp }
        try client.play()
        #expect(throws: RTSPError.timedOut(phase: .packet)) {
            _ = try client.receive(deadline: clocks.monotonic + .milliseconds(100)).lostBefore
        }
        #expect(throws: RTSPError.closed) { _ = try client.receive(deadline: soon).lostBefore }
        client.close()
    }
}

/// A camera's socket for RTP.
final class DatagramSender {
    let port: UInt16
    var target: UInt16 = 0
    private let socket: OwnedDescriptor

    init() {
        socket = OwnedDescriptor(
            adopting: Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        port = Self.bind(socket.number, to: 0x7F00_0001)
    }

    /// Sends a packet to the recorder; from another address of the loopback if one is given.
    func send(_ packet: [UInt8], from address: UInt32? = nil) {
        let stranger = OwnedDescriptor(
            adopting: Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        if let address { _ = Self.bind(stranger.number, to: address) }
        var destination = Self.address(0x7F00_0001, port: target)
        withUnsafePointer(to: &destination) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    address == nil ? socket.number : stranger.number, packet, packet.count, 0, $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func address(_ host: UInt32, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = host.bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    private static func bind(_ socket: Int32, to host: UInt32) -> UInt16 {
        var own = address(host, port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = Glibc.bind(socket, $0, length)
                _ = getsockname(socket, $0, &length)
            }
        }
        return UInt16(bigEndian: own.sin_port)
    }
}
