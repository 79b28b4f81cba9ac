import TestSupport
import Testing

@testable import RTSP

/// Parsers of what comes from the network, fed with damaged input.
///
/// They must neither trap nor stop making progress; what they return for nonsense does not matter.
struct FuzzTests {
    private static let iterations = Chosen.fuzzIterations ?? 1000
    /// Makes the seeds of the tests others.
    private static let variation = Chosen.seed ?? 0

    private static let seeds: [[UInt8]] = [
        Array("OPTIONS rtsp://cam/ RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc".utf8),
        Array("RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n\r\n".utf8),
        Array("RTSP/1.0 200 OK\nSession: 1;timeout=60\nTransport: RTP/AVP;source=::1\n\n".utf8),
        PlainCamera.interleaved(PlainCamera.rtp(1)),
        PlainCamera.interleaved([0x81, 203, 0, 1, 0, 0, 0, 7], channel: 1),
        Array(PlainCamera.sdp.utf8),
    ]

    /// Damages one example after the other, as they follow each other on a connection.
    private struct Damage {
        private var mutator: Mutator

        init(seed: UInt64) {
            mutator = Mutator(seed: seed &+ FuzzTests.variation, corpus: FuzzTests.seeds)
        }

        mutating func next() -> [UInt8] {
            let pair = mutator.next() + mutator.next()
            return mutator.damaged(pair)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `damaged bytes on the connection are always got past`(seed: UInt64) {
        var damage = Damage(seed: seed)
        for _ in 0..<Self.iterations {
            let bytes = damage.next()
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
        var damage = Damage(seed: seed)
        for _ in 0..<Self.iterations {
            let bytes = damage.next()
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
