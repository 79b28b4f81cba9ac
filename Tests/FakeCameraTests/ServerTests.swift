import FakeCamera
import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(1))) struct ServerTests {
    @Test func `a camera answers OPTIONS, DESCRIBE, SETUP, PLAY and TEARDOWN`() throws {
        try withCamera("h264-aac.mp4") { camera in
            let client = try TestClient(camera.url("/main"))
            #expect(try client.ask("OPTIONS").headers["Public"]?.contains("GET_PARAMETER") == true)
            let sdp = String(decoding: try client.ask("DESCRIBE").body, as: UTF8.self)
            #expect(sdp.contains("a=rtpmap:96 H264/90000\r\n"))
            #expect(sdp.contains("a=rtpmap:97 MPEG4-GENERIC/48000/1\r\n"))
            try client.play(streams: 2)
            #expect(client.packet() != nil)
            #expect(try client.ask("GET_PARAMETER").status == 200)
            #expect(camera.clients == 1)
            #expect(try client.ask("TEARDOWN").status == 200)
            #expect(
                camera.requests.map(\.method) == [
                    "OPTIONS", "DESCRIBE", "SETUP", "SETUP", "PLAY", "GET_PARAMETER", "TEARDOWN",
                ])
            #expect(camera.requests.allSatisfy { $0.status == 200 && $0.connection == 1 })
        }
    }

    @Test func `sequence numbers and timestamps go on over the end of the media`() throws {
        try withCamera(configure: { $0.speed = 50 }) { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play()
            let packets = client.packets(1_500)
            try #require(packets.count == 1_500)
            #expect(
                zip(packets, packets.dropFirst()).allSatisfy { $0.sequence &+ 1 == $1.sequence })
            #expect(Set(packets.map(\.source)).count == 1)
            let frames = packets.filter(\.isLastOfFrame)
            #expect(frames.count > 250, "the media has 100 frames")
            #expect(
                zip(frames, frames.dropFirst()).allSatisfy {
                    $1.timestamp &- $0.timestamp == 3_600
                })
        }
    }

    @Test func `sound goes on over the end of the media without a gap`() throws {
        try withCamera("h264-pcmu.mkv", configure: { $0.speed = 50 }) { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play(streams: 2)
            let packets = client.packets(500, channel: 2)
            try #require(packets.count == 500)
            #expect(
                zip(packets, packets.dropFirst()).allSatisfy {
                    $1.timestamp &- $0.timestamp == 160 && $0.sequence &+ 1 == $1.sequence
                })
        }
    }

    @Test(arguments: ["h264-noaudio.mp4", "h264-bframes.mp4", "h265.mp4", "h265-bframes.mp4"])
    func `every picture carries the next number of the frame ledger`(fixture: String) throws {
        try withCamera(fixture, configure: { $0.speed = 50 }) { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play()
            let marks = client.packets(800).compactMap { FrameLedger.mark(in: $0.bytes) }
            try #require(marks.count > 120)
            #expect(marks.map(\.counter) == Array(0..<UInt64(marks.count)))
            let age = SystemClocks().wall - (marks.last?.sent ?? WallTime(nanoseconds: 0))
            #expect(age < .seconds(10) && age > .seconds(-1))
            #expect(
                eventually { camera.sentFrames("/main").first.map { $0 >= marks.count } == true })
        }
    }

    @Test func `the numbers of a later session go on`() throws {
        try withCamera(configure: { $0.speed = 50 }) { camera in
            var last: UInt64 = 0
            for session in 1...2 {
                let client = try TestClient(camera.url("/main"))
                try client.play()
                let counters = client.packets(100).compactMap {
                    FrameLedger.mark(in: $0.bytes)?.counter
                }
                #expect(session == 1 || counters.first.map { $0 > last } == true)
                last = try #require(counters.last)
                _ = try client.ask("TEARDOWN")
            }
        }
    }

    @Test func `several clients watch several cameras of one server`() throws {
        let other = try media("h265.mp4")
        try withCamera(configure: { $0.mounts["second"] = other }) { camera in
            let clients = try ["/main", "/main", "/second", "second"].map {
                try TestClient(camera.url($0))
            }
            for client in clients { try client.play() }
            for client in clients { #expect(client.packets(10).count == 10) }
            #expect(camera.clients == 4)
            #expect(camera.sentFrames("/main").count == 2)
        }
    }

    @Test func `a stopped camera has closed its connections`() throws {
        let client = try withCamera { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play()
            camera.stop()
            #expect(camera.clients == 0)
            return client
        }
        while client.packet() != nil {}
        #expect(client.end == .closed)
    }

    @Test func `a session can start in the middle of a GOP`() throws {
        try withCamera(configure: { $0.start = .midGOP }) { camera in
            let client = try TestClient(camera.url("/main"))
            try client.play()
            let first = try #require(client.packets(1).first)
            #expect(first.sequenceParameterSet == nil)
            #expect(FrameLedger.mark(in: first.bytes)?.counter == 0)
        }
    }

    @Test func `a URL that names nothing is not found`() throws {
        try withCamera { camera in
            let client = try TestClient(camera.url("/nothing"))
            #expect(try client.ask("DESCRIBE").status == 404)
            #expect(try client.ask("SETUP", "/trackID=0").status == 404)
            #expect(try client.ask("PLAY").status == 454)
        }
    }

    @Test func `the demonstration camera plays the built-in test card`() throws {
        let camera = try DemoCamera.start()
        defer { camera.stop() }
        let client = try TestClient(camera.url(DemoCamera.path))
        try client.play(streams: 2)
        #expect(client.packets(20).count == 20)
    }
}
