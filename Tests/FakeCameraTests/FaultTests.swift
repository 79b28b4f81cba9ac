import FakeCamera
import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(2))) struct FaultTests {
    /// Plays a camera with a fault ten times as fast as time.
    private func play<Result>(
        _ plan: FaultPlan, _ fixture: String = "h264-noaudio.mp4", streams: Int = 1,
        _ body: (TestClient, FakeCameraServer) throws -> Result
    ) throws -> Result {
        try withCamera(fixture, fault: plan, configure: { $0.speed = 10 }) { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play(streams: streams)
            return try body(client, camera)
        }
    }

    private func videoFrames(_ packets: [TestClient.RTPPacket]) -> [TestClient.RTPPacket] {
        packets.filter { $0.channel == 0 && $0.isLastOfFrame }
    }

    /// Returns all packets until the camera ends the connection or falls silent.
    private func untilEnd(_ client: TestClient) -> [TestClient.RTPPacket] {
        var packets: [TestClient.RTPPacket] = []
        while let packet = client.packet(within: .milliseconds(400)) { packets.append(packet) }
        return packets
    }

    @Test(arguments: Fault.allCases)
    func `each fault meets a client and is stopped again`(fault: Fault) throws {
        let other = try media("h264-other.mp4")
        var plan = FaultPlan(fault, afterFrames: 5, every: 3, alternate: other)
        plan.location = "rtsp://127.0.0.1:1/elsewhere"
        plan.step = .milliseconds(20)
        try withCamera(
            fault.fixture.flatMap { name in
                ["mp4", "mkv"].map { "\(name).\($0)" }.first { (try? Fixture.bytes($0)) != nil }
            } ?? "h264-aac.mp4", fault: plan, configure: { $0.speed = 20 }
        ) { camera in
            let client = try TestClient(camera.url("/main"))
            client.send("OPTIONS")
            client.send("SETUP", "/trackID=0", [("Transport", "RTP/AVP/TCP;interleaved=0-1")])
            _ = client.bytes(atMost: 1, within: .milliseconds(200))
            #expect(camera.connections == 1)
        }
    }

    @Test func `a stall leaves the connection open and silent`() throws {
        try play(FaultPlan(.stall, afterFrames: 20)) { client, camera in
            #expect(videoFrames(untilEnd(client)).count == 20)
            #expect(client.end == .silent)
            #expect(camera.clients == 1)
            #expect(camera.sentFrames("/main") == [20])
        }
    }

    @Test func `a stall that ends goes on where it stopped`() throws {
        let plan = FaultPlan(.stall, afterFrames: 20, duration: .milliseconds(200))
        try play(plan) { client, _ in
            let marks = client.packets(200).compactMap { FrameLedger.mark(in: $0.bytes) }
            #expect(marks.map(\.counter) == Array(0..<UInt64(marks.count)))
            let gap = zip(marks, marks.dropFirst()).map { $1.sent - $0.sent }.max()
            #expect(gap.map { $0 >= .milliseconds(150) } == true)
        }
    }

    @Test func `a pause goes on with the time that has passed`() throws {
        let plan = FaultPlan(.pause, afterFrames: 20, duration: .milliseconds(200))
        try play(plan) { client, _ in
            let frames = videoFrames(client.packets(200))
            let steps = zip(frames, frames.dropFirst()).map { $1.timestamp &- $0.timestamp }
            #expect(Set(steps).sorted() == [3_600, 3_600 + 18_000])
        }
    }

    @Test func `a stall in the middle of a picture sends half of it`() throws {
        try play(FaultPlan(.stallMidFrame, afterFrames: 20)) { client, camera in
            let packets = untilEnd(client)
            #expect(packets.last?.isLastOfFrame == false)
            #expect(camera.sentFrames("/main") == [videoFrames(packets).count])
            #expect(client.end == .silent)
        }
    }

    @Test func `the connection ends with FIN or RST`() throws {
        for (fault, end) in [(Fault.fin, TestClient.End.closed), (.rst, .reset)] {
            try play(FaultPlan(fault, afterFrames: 20)) { client, camera in
                _ = untilEnd(client)
                #expect(client.end == end)
                #expect(eventually { camera.clients == 0 })
            }
        }
    }

    @Test func `a fault on the first connection spares the second`() throws {
        let plan = FaultPlan(.fin, afterFrames: 5, connections: 1)
        try play(plan) { client, camera in
            _ = untilEnd(client)
            let second = try TestClient(camera.url("/main"))
            try second.play()
            #expect(second.packets(100).count == 100)
        }
    }

    @Test func `sound goes on after the video has stopped`() throws {
        try play(FaultPlan(.audioOnlyAfter, afterFrames: 20), "h264-aac.mp4", streams: 2) {
            client, _ in
            let packets = (0..<600).compactMap { _ in client.packet() }
            #expect(videoFrames(packets).count == 20)
            #expect(packets.suffix(100).allSatisfy { $0.channel >= 2 || $0.isRTCP })
        }
    }

    @Test func `lost packets are counted`() throws {
        try play(FaultPlan(.packetLoss, afterFrames: 0, every: 10)) { client, camera in
            let packets = client.packets(180)
            let missing = zip(packets, packets.dropFirst())
                .reduce(0) { $0 + Int($1.1.sequence &- $1.0.sequence) - 1 }
            #expect(missing == 19 || missing == 20)
            #expect(camera.droppedPackets >= missing)
        }
    }

    @Test func `packets change places or come twice`() throws {
        try play(FaultPlan(.packetReorder, afterFrames: 0, every: 10)) { client, _ in
            let steps = Self.steps(client.packets(180))
            #expect(Set(steps) == [1, 2, -1])
            #expect(steps.filter { $0 == -1 }.count >= 17)
        }
        try play(FaultPlan(.packetDuplicate, afterFrames: 0, every: 10)) { client, _ in
            let steps = Self.steps(client.packets(180))
            #expect(Set(steps) == [0, 1])
            #expect(steps.filter { $0 == 0 }.count >= 15)
        }
    }

    private static func steps(_ packets: [TestClient.RTPPacket]) -> [Int] {
        zip(packets, packets.dropFirst()).map {
            Int(Int16(bitPattern: $1.sequence &- $0.sequence))
        }
    }

    @Test func `the wall clock of sender reports steps`() throws {
        let plan = FaultPlan(.senderReportStepForward, afterFrames: 50, step: .seconds(3_600))
        try withCamera(
            fault: plan,
            configure: {
                $0.speed = 10
                $0.senderReportInterval = .seconds(1)
            }
        ) { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play()
            let reports = client.packets(4, channel: 1)
            // Seconds of NTP, in whole numbers: a second of media passes between two reports.
            let seconds = reports.map { Int($0.number(8, 4)) }
            let steps = zip(seconds, seconds.dropFirst()).map { $1 - $0 }
            #expect(steps.filter { (0...2).contains($0) }.count == 2)
            #expect(steps.filter { (3_600...3_602).contains($0) }.count == 1)
        }
    }

    @Test func `RTP time wraps soon after the start`() throws {
        try play(FaultPlan(.timestampWrap, step: .seconds(1))) { client, _ in
            let frames = videoFrames(client.packets(200))
            #expect(frames.first.map { $0.timestamp > UInt32.max - 90_001 } == true)
            #expect(frames.last.map { $0.timestamp < 1_000_000 } == true)
            #expect(
                zip(frames, frames.dropFirst()).allSatisfy {
                    $1.timestamp &- $0.timestamp == 3_600
                })
        }
    }

    @Test func `after a reboot the camera plays the other media`() throws {
        let other = try media("h264-other.mp4")
        try play(FaultPlan(.reboot, afterFrames: 10, alternate: other)) { client, camera in
            let before = try client.ask("DESCRIBE").body
            _ = untilEnd(client)
            #expect(client.end == .reset)
            let second = try TestClient(camera.url("/main"))
            #expect(try second.ask("DESCRIBE").body != before)
        }
    }

    @Test func `parameter sets change in the middle of a session`() throws {
        let other = try media("h264-other.mp4")
        try play(FaultPlan(.parameterSetChange, afterFrames: 30, alternate: other)) { client, _ in
            let packets = client.packets(400)
            let sets = Set(packets.compactMap(\.sequenceParameterSet))
            #expect(sets.count == 2)
            let frames = videoFrames(packets)
            #expect(
                zip(frames, frames.dropFirst()).allSatisfy {
                    $1.timestamp &- $0.timestamp == 3_600
                })
        }
    }

    @Test func `parameter sets can be left out of the SDP or of the stream`() throws {
        for (fault, inSDP, inBand) in [
            (Fault.noSpropParameterSets, false, true), (.noInBandParameterSets, true, false),
        ] {
            try play(FaultPlan(fault)) { client, _ in
                let sdp = String(decoding: try client.ask("DESCRIBE").body, as: UTF8.self)
                #expect(sdp.contains("sprop-parameter-sets=") == inSDP)
                #expect(sdp.contains("packetization-mode=1"))
                let sets = client.packets(100).compactMap(\.sequenceParameterSet)
                #expect(sets.isEmpty != inBand)
            }
        }
    }

    @Test func `one slot is taken until TEARDOWN`() throws {
        try play(FaultPlan(.oneSessionSlot)) { client, camera in
            let second = try TestClient(camera.url("/main"))
            let transport = [("Transport", "RTP/AVP/TCP;interleaved=0-1")]
            #expect(try second.ask("SETUP", "/trackID=0", transport).status == 453)
            #expect(try client.ask("TEARDOWN").status == 200)
            #expect(try second.ask("SETUP", "/trackID=0", transport).status == 200)
        }
    }

    @Test(arguments: [
        (Fault.status404, "DESCRIBE", 404), (.status500, "DESCRIBE", 500),
        (.status503, "OPTIONS", 503), (.status453, "SETUP", 453), (.status461, "SETUP", 461),
        (.redirect, "DESCRIBE", 302), (.redirectLoop, "DESCRIBE", 302),
    ])
    func `a request is refused as the fault says`(
        fault: Fault, method: String, status: Int
    ) throws {
        let plan = FaultPlan(fault, location: "rtsp://127.0.0.1:1/elsewhere")
        try withCamera(fault: plan) { camera in
            let client = try TestClient(camera.url("/main"))
            let answer = try client.ask(method, method == "SETUP" ? "/trackID=0" : "")
            #expect(answer.status == status)
            let location = answer.headers["Location"]
            #expect(location == (fault == .redirect ? plan.location : location))
            #expect((location != nil) == (status == 302))
        }
    }

    @Test func `keep-alives are refused and the video goes on`() throws {
        try play(FaultPlan(.keepAlive454)) { client, _ in
            let answer = try client.ask("GET_PARAMETER")
            #expect(answer.status == 454)
            #expect(client.packets(20).count == 20)
        }
    }

    @Test(arguments: [
        (Fault.httpAnswer, "HTTP/1.1 400"), (.sshBanner, "SSH-2.0-"),
    ])
    func `what is not a camera says so`(fault: Fault, words: String) throws {
        try withCamera(fault: FaultPlan(fault)) { camera in
            let client = try TestClient(camera.url("/main"))
            client.send("OPTIONS")
            #expect(String(decoding: client.bytes(), as: UTF8.self).hasPrefix(words))
        }
    }

    @Test func `a body of two gigabytes is announced`() throws {
        try withCamera(fault: FaultPlan(.hugeContentLength)) { camera in
            let client = try TestClient(camera.url("/main"))
            client.send("DESCRIBE")
            let text = String(decoding: client.bytes(atMost: 400), as: UTF8.self)
            #expect(text.contains("Content-Length: 2147483000\r\n\r\nv=0"))
        }
    }
}
