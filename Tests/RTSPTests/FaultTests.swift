import Glibc
import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(1)))
struct FaultTests {
    let clocks = SystemClocks()

    var soon: MonotonicTime { clocks.monotonic + .seconds(5) }

    /// A camera that plays, and then does something.
    private func playing(
        _ then: @escaping @Sendable (inout Peer) -> Void
    ) throws -> ScriptedServer {
        try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                if request.method == "PLAY" { then(&peer) }
            }
        }
    }

    @Test(arguments: [
        (403, RTSPError.forbidden),
        (404, .notFound),
        (453, .tooManySessions),
        (461, .transportRefused),
        (500, .unavailable(status: 500)),
        (503, .unavailable(status: 503)),
        (418, .status(code: 418, reason: "Status 418")),
    ])
    func `a status says what is wrong`(status: Int, error: RTSPError) throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "OPTIONS" {
                    peer.answer(request, 405)
                } else {
                    peer.answer(request, status)
                }
            }
        }
        defer { server.stop() }
        #expect(try server.failure() == error)
    }

    @Test func `a port where nobody listens is told from a host that is silent`() throws {
        let server = try ScriptedServer { _ in }
        server.stop()
        let port = server.port
        #expect(try server.failure() == .refused(host: "127.0.0.1", port: port))
        let silent = try ScriptedServer { peer in peer.drain() }
        defer { silent.stop() }
        #expect(
            try silent.failure { $0.networkTimeout = .milliseconds(200) } == .timedOut(phase: .open)
        )
        let url = try CameraURL(parsing: "rtsp://name.invalid:\(port)/")
        let request = SessionRequest(url: url, hashes: ReferenceHashes.digest)
        let error = #expect(throws: RTSPError.self) {
            try RTSPClient.open(request, clocks: clocks, cancellation: Cancellation()).close()
        }
        // Without a name server it takes longer than the deadline to know nothing.
        #expect(error == .unresolved(host: "name.invalid") || error == .timedOut(phase: .resolve))
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\u{1}\u{2}\u{3}",
    ])
    func `what answers is not RTSP`(text: String) throws {
        let server = try ScriptedServer { peer in
            _ = peer.request()
            peer.send(text)
            peer.drain()
        }
        defer { server.stop() }
        #expect(try server.failure() == .notRTSP)
    }

    @Test func `a camera that trickles does not hold a session's opening up`() throws {
        let server = try ScriptedServer { peer in
            _ = peer.request()
            while !peer.isStopping, peer.send("R") {
                peer.pause(milliseconds: 20)
            }
        }
        defer { server.stop() }
        let start = clocks.monotonic
        let error = try server.failure { $0.networkTimeout = .milliseconds(300) }
        #expect(error == .notRTSP || error == .timedOut(phase: .open))
        let headers = try ScriptedServer { peer in
            _ = peer.request()
            peer.send("RTSP/1.0 200 OK\r\nX: ")
            while !peer.isStopping, peer.send("x") {
                peer.pause(milliseconds: 20)
            }
        }
        defer { headers.stop() }
        #expect(
            try headers.failure { $0.networkTimeout = .milliseconds(300) }
                == .timedOut(phase: .open))
        #expect((clocks.monotonic - start).seconds < 2)
    }

    @Test func `nothing is allocated on the word of a hostile camera`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                guard request.method == "DESCRIBE" else {
                    PlainCamera.answer(request, peer)
                    continue
                }
                peer.send("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 2000000000\r\n\r\n")
            }
        }
        defer { server.stop() }
        #expect(try server.failure() == .malformed(what: "a body of more than 1 MiB"))
    }

    @Test func `a packet of the wrong length costs a few packets, not the session`() throws {
        let server = try playing { peer in
            for sequence in UInt16(1)...400 {
                let packet = PlainCamera.interleaved(
                    PlainCamera.rtp(sequence, payload: Array(repeating: 0x42, count: 900)))
                peer.send(sequence == 100 ? Array(packet.prefix(500)) : packet)
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        var last = 0
        var delivered = 0
        while last < 400 {
            let packet = try client.receive(deadline: soon)
            last = Int(packet.bytes[2]) << 8 | Int(packet.bytes[3])
            delivered += 1
        }
        #expect(delivered >= 397)
        #expect(client.statistics.desyncs == 1)
        #expect(client.statistics.skippedBytes > 0)
        client.close()
    }

    @Test func `endless garbage ends the session`() throws {
        let server = try playing { peer in
            let garbage = (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 7 | 0x80) }
            for _ in 0..<16 { peer.send(garbage) }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        #expect(throws: RTSPError.malformed(what: "packets out of step on the connection")) {
            while true { _ = try client.receive(deadline: soon).lostBefore }
        }
        client.close()
    }

    @Test func `a stall ends at its deadline though single bytes keep coming`() throws {
        let server = try playing { peer in
            peer.send([0x24, 0, 0xFF, 0xFF, 0x80])
            while !peer.isStopping, peer.send([0]) {
                peer.pause(milliseconds: 10)
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        let start = clocks.monotonic
        #expect(throws: RTSPError.timedOut(phase: .packet)) {
            _ = try client.receive(deadline: start + .milliseconds(300)).lostBefore
        }
        let elapsed = (clocks.monotonic - start).seconds
        #expect(elapsed >= 0.3 && elapsed < 0.5)
        client.close(budget: .milliseconds(100))
    }

    @Test func `the end of the connection is told`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                if request.method == "PLAY" { return }
            }
        }
        defer { server.stop() }
        var client = try server.open()
        try client.play()
        let error = #expect(throws: RTSPError.self) {
            _ = try client.receive(deadline: soon).lostBefore
        }
        #expect(error == .closed || error == .reset)
        client.close()
    }

    @Test func `a cancelled session stops at once and still says goodbye`() throws {
        let server = try playing { _ in }
        defer { server.stop() }
        let cancellation = try Cancellation()
        var client = try server.open(cancellation: cancellation)
        try client.play()
        let start = clocks.monotonic
        let canceller = try NamedThread(name: "canceller") {
            var nobody = [pollfd]()
            poll(&nobody, 0, 100)
            cancellation.cancel()
        }
        #expect(throws: RTSPError.cancelled) { _ = try client.receive(deadline: soon).lostBefore }
        canceller.join()
        #expect((clocks.monotonic - start).seconds < 1)
        client.close()
        #expect(server.received.contains("TEARDOWN"))
        #expect((clocks.monotonic - start).seconds < 1.5)
    }

    @Test func `an attempt that is cancelled before it begins connects to nobody`() throws {
        let server = try playing { _ in }
        defer { server.stop() }
        let cancellation = try Cancellation()
        cancellation.cancel()
        #expect(throws: RTSPError.cancelled) {
            try server.open(cancellation: cancellation).close()
        }
        #expect(server.received.isEmpty)
    }

    @Test func `a session that fails half set up is torn down`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "SETUP", request.uri.hasSuffix("track2") {
                    peer.send("RTSP/1.0 nonsense\r\n\r\n")
                } else {
                    PlainCamera.answer(request, peer)
                }
            }
        }
        defer { server.stop() }
        #expect(try server.failure() == .malformed(what: "a status line without a status"))
        #expect(server.received.contains("TEARDOWN"))
    }

    @Test func `no error text is empty or holds more than a sentence or two`() {
        let errors: [RTSPError] = [
            .unresolved(host: "h"), .unreachable(host: "h"), .refused(host: "h", port: 1),
            .connectTimedOut(host: "h", port: 1), .notRTSP, .unauthorized(hadCredentials: true),
            .unauthorized(hadCredentials: false), .forbidden, .notFound, .transportRefused,
            .tooManySessions, .unavailable(status: 503), .status(code: 400, reason: "Bad"),
            .redirectedElsewhere(host: "h"), .redirectLoop, .timedOut(phase: .packet), .closed,
            .reset, .malformed(what: "x"), .noVideo, .basicRefused, .cancelled,
        ]
        for error in errors {
            #expect((10...220).contains(error.description.count), "\(error)")
        }
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
