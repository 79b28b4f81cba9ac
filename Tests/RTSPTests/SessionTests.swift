import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(1)))
struct SessionTests {
    let clocks = SystemClocks()

    var soon: MonotonicTime { clocks.monotonic + .seconds(5) }

    @Test func `a camera's packets arrive with their medium and in order`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                guard request.method == "PLAY" else { continue }
                for sequence in UInt16(1)...20 {
                    let audio = PlainCamera.rtp(sequence, source: 9)
                    peer.send(PlainCamera.interleaved(PlainCamera.rtp(sequence)))
                    peer.send(PlainCamera.interleaved(audio, channel: 2))
                }
            }
        }
        defer { server.stop() }
        var client = try server.open()
        #expect(client.session.media.count == 2)
        #expect(client.session.chosen == [0, 1])
        #expect(client.session.serverName == "Plain/1")
        #expect(client.session.authenticationUsed == .none)
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
        #expect(!server.received.contains("Authorization"))
    }

    @Test func `a camera is found by its name`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() { PlainCamera.answer(request, peer) }
        }
        defer { server.stop() }
        let url = try CameraURL(parsing: "rtsp://localhost:\(server.port)/live")
        let request = SessionRequest(url: url, hashes: ReferenceHashes.digest)
        for _ in 0..<2 {
            try RTSPClient.open(request, clocks: clocks, cancellation: Cancellation()).close()
        }
        #expect(server.received.contains("DESCRIBE rtsp://localhost:"))
    }

    @Test func `packets that come before the answer to PLAY are not lost`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "PLAY" {
                    for sequence in UInt16(1)...9 {
                        peer.send(PlainCamera.interleaved(PlainCamera.rtp(sequence)))
                    }
                }
                PlainCamera.answer(request, peer)
                if request.method == "PLAY" {
                    peer.send(PlainCamera.interleaved(PlainCamera.rtp(10)))
                }
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        for sequence in 1...10 {
            #expect(try client.receive(deadline: soon).bytes[3] == UInt8(sequence))
        }
        client.close()
    }

    @Test func `packets arrive whole when each byte comes alone`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                guard request.method == "PLAY" else { continue }
                for sequence in UInt16(1)...8 {
                    for byte in PlainCamera.interleaved(PlainCamera.rtp(sequence)) {
                        peer.send([byte])
                    }
                }
            }
        }
        defer { server.stop() }
        var client = try server.open { $0.receiveCoalescing = .zero }
        try client.play()
        for sequence in 1...8 {
            let packet = try client.receive(deadline: soon)
            #expect(Array(packet.bytes) == PlainCamera.rtp(UInt16(sequence)))
        }
        client.close()
    }

    @Test func `lost packets are told with the packet behind them, across the wrap`() throws {
        let sequences: [UInt16] = [65533, 65534, 1, 2, 5, 5, 4]
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                guard request.method == "PLAY" else { continue }
                for sequence in sequences {
                    peer.send(PlainCamera.interleaved(PlainCamera.rtp(sequence)))
                }
                peer.send(PlainCamera.interleaved(PlainCamera.rtp(77, source: 8)))
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        var lost: [Int] = []
        for _ in sequences { lost.append(try client.receive(deadline: soon).lostBefore) }
        #expect(lost == [0, 0, 2, 0, 2, 0, 0])
        let restarted = try client.receive(deadline: soon)
        #expect(restarted.ssrcChanged)
        #expect(restarted.lostBefore == 0)
        #expect(client.statistics.lost == 4)
        #expect(client.statistics.reordered == 2)
        client.close()
    }

    @Test func `the session is kept alive while no packets come`() throws {
        let server = try ScriptedServer { peer in
            var signs = 0
            while let request = peer.request() {
                if request.method == "GET_PARAMETER" {
                    // The answer's status must not matter.
                    peer.answer(request, 454)
                    signs += 1
                    if signs == 3 { peer.send(PlainCamera.interleaved(PlainCamera.rtp(1))) }
                } else {
                    PlainCamera.answer(request, peer, session: "abc;timeout=1")
                }
            }
        }
        defer { server.stop() }
        var client = try server.open()
        #expect(client.session.sessionTimeout == .seconds(1))
        try client.play()
        let start = clocks.monotonic
        _ = try client.receive(deadline: soon)
        let elapsed = (clocks.monotonic - start).seconds
        #expect(elapsed > 0.9 && elapsed < 3)
        #expect(server.received.contains("GET_PARAMETER"))
        client.close()
    }

    @Test func `a camera's own requests are answered`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                guard request.method == "PLAY" else { continue }
                peer.send("OPTIONS * RTSP/1.0\r\nCSeq: 77\r\n\r\n")
                peer.send("ANNOUNCE * RTSP/1.0\r\nCSeq: 78\r\n\r\n")
                peer.send(PlainCamera.interleaved(PlainCamera.rtp(1)))
                peer.send("TEARDOWN * RTSP/1.0\r\nCSeq: 79\r\n\r\n")
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        _ = try client.receive(deadline: soon)
        #expect(throws: RTSPError.closed) { _ = try client.receive(deadline: soon).lostBefore }
        client.close()
        #expect(server.received.contains("RTSP/1.0 200 OK\r\nCSeq: 77"))
        #expect(server.received.contains("RTSP/1.0 501 Not Implemented\r\nCSeq: 78"))
    }

    @Test func `sound that cannot be set up does not keep the picture away`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "SETUP", request.uri.hasSuffix("track2") {
                    peer.answer(request, 461)
                } else {
                    PlainCamera.answer(request, peer)
                }
            }
        }
        defer { server.stop() }
        let client = try server.open()
        #expect(client.session.chosen == [0])
        #expect(!client.session.demuxerSDP.contains("m=audio"))
        client.close()
    }

    @Test func `channels that were not asked for are used if the camera says so`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "SETUP" {
                    let first: UInt8 = request.uri.hasSuffix("track1") ? 6 : 8
                    let transport = TransportHeader(channels: .init(rtp: first, rtcp: first + 1))
                    peer.answer(
                        request, 200, [("Session", "x"), ("Transport", transport.headerValue)])
                } else {
                    PlainCamera.answer(request, peer)
                }
                guard request.method == "PLAY" else { continue }
                peer.send(PlainCamera.interleaved(PlainCamera.rtp(1), channel: 8))
                peer.send(PlainCamera.interleaved(PlainCamera.rtp(1), channel: 6))
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        #expect(try client.receive(deadline: soon).mediaIndex == 1)
        #expect(try client.receive(deadline: soon).mediaIndex == 0)
        client.close()
    }

    @Test func `the end of the video's source ends the session`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                guard request.method == "PLAY" else { continue }
                peer.send(PlainCamera.interleaved(PlainCamera.rtp(1)))
                let farewell: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 7, 0x81, 203, 0, 1, 0, 0, 0, 7]
                peer.send(PlainCamera.interleaved(farewell, channel: 1))
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        _ = try client.receive(deadline: soon)
        #expect(throws: RTSPError.closed) { _ = try client.receive(deadline: soon).lostBefore }
        client.close()
    }
}
