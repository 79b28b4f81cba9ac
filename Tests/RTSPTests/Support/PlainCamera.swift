import RTSP
import TestSupport

/// The answers of a camera without faults; tests replace the one they are about.
enum PlainCamera {
    static let sdp = CameraDescription.videoAndSound

    /// Answers one request as a camera would; false for what it does not know.
    static func answer(
        _ request: RTSPRequest, _ peer: borrowing Peer, session: String = "abc;timeout=60",
        sdp: String = sdp
    ) {
        switch request.method {
        case "OPTIONS":
            peer.answer(
                request, 200,
                [("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN")])
        case "DESCRIBE":
            peer.answer(
                request, 200, [("Content-Type", "application/sdp"), ("Server", "Plain/1")],
                body: sdp)
        case "SETUP":
            let transport = TransportHeader(parsing: request.headers["Transport"] ?? "")
            var response = RTSPResponse(to: request, status: 200)
            response.headers["Session"] = session
            response.headers["Transport"] = transport.headerValue
            peer.send(response.serialized())
        case "PLAY", "TEARDOWN", "GET_PARAMETER": peer.answer(request)
        default: peer.answer(request, 501)
        }
    }

    /// An RTP packet.
    static func rtp(
        _ sequence: UInt16, type: UInt8 = 96, source: UInt32 = 7, payload: [UInt8] = [1, 2, 3, 4]
    ) -> [UInt8] {
        var packet: [UInt8] = [0x80, type, UInt8(sequence >> 8), UInt8(sequence & 255)]
        packet += [0, 0, 0, 0]
        packet += (0..<4).map { UInt8(source >> (24 - 8 * UInt32($0)) & 255) }
        return packet + payload
    }

    /// A packet with its framing.
    static func interleaved(_ packet: [UInt8], channel: UInt8 = 0) -> [UInt8] {
        [0x24, channel, UInt8(packet.count >> 8), UInt8(packet.count & 255)] + packet
    }
}
