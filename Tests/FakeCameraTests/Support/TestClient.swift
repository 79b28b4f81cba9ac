import Glibc
import Platform
import RTSP

/// An RTSP client that shows every byte, for looking at a fake camera.
final class TestClient {
    private let socket: OwnedDescriptor
    private var input: [UInt8] = []
    private var packets: [RTPPacket] = []
    private var sequence = 0
    private let uri: String
    private(set) var session: String?
    /// Set once the camera has closed or reset the connection.
    private(set) var end: End?

    enum End: Equatable { case closed, reset, silent }

    /// What a test does not want to see.
    struct Unexpected: Error { var what: String }

    /// An interleaved RTP or RTCP packet.
    struct RTPPacket {
        var channel: UInt8
        var bytes: [UInt8]
        var isRTCP: Bool { channel % 2 == 1 }
        var sequence: UInt16 { UInt16(number(2, 2)) }
        var timestamp: UInt32 { UInt32(number(4, 4)) }
        var source: UInt32 { UInt32(number(8, 4)) }
        var isLastOfFrame: Bool { bytes[1] & 0x80 != 0 }
        /// H.264's set, if the packet is a STAP-A that begins with one (RFC 6184 5.7.1).
        var sequenceParameterSet: [UInt8]? {
            guard bytes[12] & 0x1F == 24, bytes[15] & 0x1F == 7 else { return nil }
            return Array(bytes[15..<15 + Int(bytes[14])])
        }
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    init(_ uri: String) throws {
        self.uri = uri
        let port = uri.split(separator: ":").last?.prefix { $0.isNumber }
        let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        socket = OwnedDescriptor(adopting: number)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = (port.flatMap { UInt16($0) } ?? 0).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw SystemError(call: "connect", subject: uri) }
    }

    /// Sends a request without waiting for the answer.
    func send(_ method: String, _ path: String = "", _ headers: [(String, String)] = []) {
        sequence += 1
        var request = RTSPRequest(method: method, uri: uri + path)
        request.headers.append("CSeq", "\(sequence)")
        if let session { request.headers.append("Session", session) }
        for (name, value) in headers { request.headers.append(name, value) }
        let bytes = request.serialized()
        _ = Glibc.send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Sends a request and returns its answer; packets that come before it are kept.
    func ask(
        _ method: String, _ path: String = "", _ headers: [(String, String)] = []
    ) throws -> RTSPResponse {
        send(method, path, headers)
        while let element = next() {
            switch element {
            case .packet(let packet): packets.append(packet)
            case .response(let response):
                if let header = response.headers["Session"] {
                    session = SessionHeader(parsing: header).identifier
                }
                return response
            }
        }
        throw Unexpected(what: "no answer to \(method)")
    }

    /// Sets up the first streams over TCP and starts them.
    func play(streams: Int = 1) throws {
        for stream in 0..<streams {
            let transport = "RTP/AVP/TCP;unicast;interleaved=\(2 * stream)-\(2 * stream + 1)"
            let response = try ask("SETUP", "/trackID=\(stream)", [("Transport", transport)])
            guard response.status == 200 else { throw Unexpected(what: "\(response.status)") }
        }
        let response = try ask("PLAY")
        guard response.status == 200 else { throw Unexpected(what: "\(response.status)") }
    }

    /// Returns the next packet; `nil` when the connection has ended or nothing came in time.
    func packet(within limit: Duration = .seconds(5)) -> RTPPacket? {
        if !packets.isEmpty { return packets.removeFirst() }
        while let element = next(within: limit) {
            if case .packet(let packet) = element { return packet }
        }
        return nil
    }

    /// Returns the next RTP packets of a channel.
    func packets(_ count: Int, channel: UInt8 = 0) -> [RTPPacket] {
        var found: [RTPPacket] = []
        while found.count < count, let packet = packet() {
            if packet.channel == channel { found.append(packet) }
        }
        return found
    }

    /// Returns all bytes that come until the connection ends, or at most so many.
    func bytes(atMost limit: Int = .max, within time: Duration = .seconds(5)) -> [UInt8] {
        while input.count < limit, end == nil { fill(within: time) }
        return input
    }

    private enum Element {
        case packet(RTPPacket)
        case response(RTSPResponse)
    }

    /// Reads one answer or packet; `nil` when the connection has ended or nothing came in time.
    private func next(within limit: Duration = .seconds(5)) -> Element? {
        var reader = WireReader(channels: .all)
        while true {
            let element = try? input.withUnsafeBytes { bytes throws(RTSPError) -> WireElement in
                bytes.isEmpty ? .incomplete(needed: 1) : try reader.next(in: bytes)
            }
            switch element {
            case .interleaved(let channel, let length):
                let packet = RTPPacket(channel: channel, bytes: Array(input[4..<4 + length]))
                input.removeFirst(4 + length)
                return .packet(packet)
            case .noise(let length): input.removeFirst(length)
            case .message(let message, let length):
                input.removeFirst(length)
                if case .response(let response) = message { return .response(response) }
            case .incomplete:
                guard end == nil else { return nil }
                fill(within: limit)
            case nil:
                end = .closed
                return nil
            }
        }
    }

    private func fill(within limit: Duration) {
        var poll = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(limit.nanoseconds / 1_000_000)) > 0 else {
            end = .silent
            return
        }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(socket.number, &chunk, chunk.count)
        if count > 0 { input += chunk[..<count] } else { end = count == 0 ? .closed : .reset }
    }
}
