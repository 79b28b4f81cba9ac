import Glibc
import Testing

@testable import RTSP

/// Parsers of what comes from the network, fed with damaged input.
///
/// They must neither trap nor stop making progress; what they return for nonsense does not matter.
struct FuzzTests {
    private static let iterations =
        getenv("CCTV_FUZZ_ITERATIONS").flatMap { Int(String(cString: $0)) } ?? 1000
    /// Makes the seeds of the tests others.
    private static let variation =
        getenv("CCTV_SEED").flatMap { UInt64(String(cString: $0)) } ?? 0

    private static let seeds: [[UInt8]] = [
        Array("OPTIONS rtsp://cam/ RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc".utf8),
        Array("RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n\r\n".utf8),
        Array("RTSP/1.0 200 OK\nSession: 1;timeout=60\nTransport: RTP/AVP;source=::1\n\n".utf8),
        PlainCamera.interleaved(PlainCamera.rtp(1)),
        PlainCamera.interleaved([0x81, 203, 0, 1, 0, 0, 0, 7], channel: 1),
        Array(PlainCamera.sdp.utf8),
    ]

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func damaged(_ random: inout Generator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0...Int.random(in: 0...3, using: &random) {
            bytes += Self.seeds.randomElement(using: &random) ?? []
        }
        for _ in 0..<Int.random(in: 0...12, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes[place] = .random(in: .min ... .max, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
            }
        }
        return bytes
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `damaged bytes on the connection are always got past`(seed: UInt64) {
        var random = Generator(state: seed &+ Self.variation)
        for _ in 0..<Self.iterations {
            let bytes = damaged(&random)
            var reader = WireReader()
            reader.channels.insert(0)
            reader.channels.insert(1)
            var rest = bytes[...]
            reading: while true {
                let element = try? rest.withUnsafeBytes { try reader.next(in: $0) }
                switch element {
                case .incomplete(let needed):
                    #expect(needed > rest.count, "seed \(seed)")
                    break reading
                case .interleaved(_, let length): rest = rest.dropFirst(4 + length)
                case .message(_, let length), .noise(let length):
                    #expect(length > 0 && length <= rest.count, "seed \(seed)")
                    rest = rest.dropFirst(length)
                case nil: break reading
                }
            }
        }
    }

    @Test(arguments: [UInt64(5), 6])
    func `damaged texts and packets are read or refused`(seed: UInt64) {
        var random = Generator(state: seed &+ Self.variation)
        for _ in 0..<Self.iterations {
            let bytes = damaged(&random)
            let text = String(decoding: bytes, as: UTF8.self)
            if let description = try? SessionDescription(parsing: text) {
                #expect(description.media.count <= 32)
                if let choice = try? MediaChoice(of: description.media, wanted: [.video, .audio]) {
                    let written = choice.demuxerSDP(of: description.media)
                    let again = try? SessionDescription(parsing: written)
                    #expect(again?.media.count == choice.indices.count, "seed \(seed)")
                }
            }
            _ = Challenge.parse(text)
            _ = Authorization(parsing: text, method: "PLAY")
            _ = TransportHeader(parsing: text)
            _ = SessionHeader(parsing: text)
            _ = try? CameraURL(parsing: text)
            bytes.withUnsafeBytes { raw in
                _ = RTPHeader(raw)
                _ = RTCPReader(raw)
            }
        }
    }
}
