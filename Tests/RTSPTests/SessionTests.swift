import Platform
import RTSP
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct SessionTests {
    let clocks = SystemClocks()

    func request(_ server: ScriptedServer, userinfo: String = "") throws -> SessionRequest {
        let url = try CameraURL(parsing: "rtsp://\(userinfo)127.0.0.1:\(server.port)/live")
        return SessionRequest(url: url, hashes: ReferenceHashes.digest)
    }

    var soon: MonotonicTime { clocks.monotonic + .seconds(5) }

    @Test func `a camera's packets arrive with their medium and in order`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                if request.method == "PLAY" {
                    for sequence in 1...20 {
                        peer.send(PlainCamera.interleaved(PlainCamera.rtp(UInt16(sequence))))
                        peer.send(
                            PlainCamera.interleaved(
                                PlainCamera.rtp(UInt16(sequence), source: 9), channel: 2))
                    }
                }
            }
        }
        defer { server.stop() }
        var client = try RTSPClient.open(
            request(server), clocks: clocks, cancellation: Cancellation())
        #expect(client.session.media.count == 2)
        #expect(client.session.chosen == [0, 1])
        #expect(client.session.serverName == "Plain/1")
        try client.play()
        for sequence in 1...20 {
            for medium in 0...1 {
                let packet = try client.receive(deadline: soon)
                #expect(packet.mediaIndex == medium)
                #expect(packet.bytes[3] == UInt8(sequence))
                #expect(packet.bytes[1] == (medium == 0 ? 96 : 97))
                #expect(packet.lostBefore == 0)
            }
        }
        #expect(client.statistics.packets == 40)
        client.close()
        #expect(server.received.contains("TEARDOWN rtsp://127.0.0.1"))
    }
}
