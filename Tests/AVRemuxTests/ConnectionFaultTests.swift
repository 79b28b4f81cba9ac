import FakeCamera
import ISOBMFF
import Platform
import RTSP
import TestSupport
import Testing

@testable import AVRemux

/// Cameras and networks that break a session, and what becomes of the recording.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(5))) struct ConnectionFaultTests {
    private func recording(
        _ fault: Fault, fixture: String = "h264-aac.mp4", connections: Int? = 1,
        adjust: (inout CameraSettings) -> Void = { _ in }
    ) throws -> Recording {
        try Recording(
            fixture: fixture,
            configure: { $0.fault = FaultPlan(fault, afterFrames: 30, connections: connections) },
            adjust: adjust)
    }

    /// The time from the last frame's arrival to the end of the first session.
    private func detection(_ recording: Recording) -> Duration? {
        guard let finish = recording.tape.clips.first?.finish else { return nil }
        let end = recording.timedEvents.first {
            if case .sessionEnded = $0.event { true } else { false }
        }
        return end.map { event in event.time - finish.endMonotonic }
    }

    @Test(arguments: [Fault.stall, .stallMidFrame, .audioOnlyAfter])
    func `a silent picture is noticed within one deadline and the camera asked again`(
        fault: Fault
    ) throws {
        let recording = try recording(fault)
        #expect(eventually(within: .seconds(15)) { recording.tape.clips.count >= 2 })
        recording.stop()
        #expect(recording.ends == [.stalled(.seconds(2))])
        #expect(recording.tape.clips.first?.finish?.reason == .stalled)
        let delay = try #require(detection(recording))
        #expect(delay < .seconds(2.4))
        #expect(delay > .seconds(1.6), "the clip lasts no longer than its pictures came")
        #expect(recording.tape.clips.allSatisfy { areConsecutive($0.frameNumbers) })
    }

    @Test(arguments: [Fault.fin, .finMidFrame, .rst])
    func `a connection that breaks is made again within a second`(fault: Fault) throws {
        let recording = try recording(fault)
        #expect(eventually(within: .seconds(15)) { recording.tape.clips.count >= 2 })
        recording.stop()
        #expect(recording.tape.clips.first?.finish?.reason == .cameraClosed)
        let first = try #require(recording.tape.clips.first?.finish)
        let gap = recording.tape.clips[1].start.startMonotonic - first.endMonotonic
        #expect(gap < .seconds(2))
        #expect(recording.tape.clips[0].samples().count >= 29)
    }

    @Test(arguments: [Fault.trickle, .silentOpen])
    func `a camera that answers too slowly is left within the deadline`(fault: Fault) throws {
        let recording = try recording(fault) { $0.networkTimeout = .seconds(1) }
        #expect(recording.waitForFrames(5))
        guard case .failed(.timedOut) = recording.ends.first else {
            Issue.record("ended by \(recording.ends)")
            return
        }
    }

    @Test(
        arguments: [
            (.status404, .notFound), (.status453, .tooManySessions),
            (.status461, .transportRefused), (.status503, .unavailable(status: 503)),
            (.status500, .unavailable(status: 500)), (.httpAnswer, .notRTSP),
            (.sshBanner, .notRTSP), (.wrongPassword, .unauthorized(hadCredentials: true)),
            (.redirectLoop, .redirectLoop),
        ] as [(Fault, RTSPError)])
    func `each refusal is told apart`(fault: Fault, error: RTSPError) throws {
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(fault)
            $0.credentials = Credentials(username: "admin", password: Secret("canary"))
        })
        #expect(eventually { !recording.ends.isEmpty })
        #expect(recording.ends.first == .failed(error))
        #expect(!"\(recording.events)".contains("canary"))
    }

    @Test func `a wrong password is sent once, then the camera has peace`() throws {
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(.wrongPassword)
            $0.credentials = Credentials(username: "admin", password: Secret("wrong"))
        })
        #expect(eventually { !recording.ends.isEmpty })
        #expect(recording.camera.requests.count { $0.hasAuthorization } == 1)
        guard case .sessionEnded(_, retryIn: let delay?) = recording.events.last else {
            Issue.record("no back-off")
            return
        }
        #expect(delay >= .seconds(60))
    }

    @Test(arguments: [Fault.hugeContentLength, .randomBytes])
    func `hostile answers end the session and nothing else`(fault: Fault) throws {
        let recording = try recording(fault)
        #expect(recording.waitForFrames(5))
        #expect(recording.ends.count == 1)
    }

    @Test func `a camera that asks for the password in clear after Digest does not get it`() throws
    {
        var configuration = FakeCameraServer.Configuration(mounts: [
            "/main": try Media(path: "\(Fixture.folder)/h264-aac.mp4")
        ])
        configuration.credentials = Credentials(username: "admin", password: Secret("secret"))
        var camera: FakeCameraServer? = try FakeCameraServer(configuration: configuration)
        configuration.port = try #require(camera?.port)
        var settings = CameraSettings(
            name: "test", url: try CameraURL(parsing: camera?.url("/main") ?? ""),
            credentials: configuration.credentials)
        settings.stallTimeout = .seconds(2)
        let log = Recording.EventLog()
        let recorder = try CameraRecorder(settings: settings, sink: Tape()) { log.append($0) }
        defer {
            recorder.stop()
            recorder.join()
        }
        #expect(eventually { recorder.status.frames > 10 })
        camera?.stop()
        // The port is free only when nobody holds the camera any more.
        camera = nil
        configuration.authentication = .basic
        let impostor = try FakeCameraServer(configuration: configuration)
        defer { impostor.stop() }
        let isRefused = eventually(within: .seconds(20)) {
            log.all.contains {
                if case .sessionEnded(.failed(.basicRefused), _) = $0.event { true } else { false }
            }
        }
        #expect(isRefused, "\(log.all)")
        #expect(impostor.requests.allSatisfy { !$0.hasAuthorization })
    }

    @Test func `a redirect to another host is refused by name`() throws {
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(.redirect, location: "rtsp://192.0.2.1/main")
            $0.credentials = Credentials(username: "admin", password: Secret("secret"))
        })
        #expect(eventually { !recording.ends.isEmpty })
        guard case .failed(.redirectedElsewhere(let host)) = recording.ends.first else {
            Issue.record("ended by \(recording.ends)")
            return
        }
        #expect(host.contains("192.0.2.1"))
    }

    @Test func `a goodbye frees the camera's only session`() throws {
        let recording = try recording(.oneSessionSlot)
        #expect(recording.waitForFrames(10))
        recording.stop()
        let second = try CameraRecorder(
            settings: recording.recorder.settings, sink: recording.tape, onEvent: { _ in })
        #expect(eventually { second.status.frames > 10 })
        second.stop()
        second.join()
    }

    @Test(arguments: [Fault.keepAlive454, .staleSession, .garbage])
    func `what other clients stumble over is taken in stride`(fault: Fault) throws {
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(fault, afterFrames: 30)
            $0.sessionTimeout = .seconds(2)
        })
        #expect(recording.waitForFrames(110))
        #expect(recording.ends.isEmpty)
    }

    @Test func `a camera that restarts with another picture gets a new clip`() throws {
        let other = try Media(path: "\(Fixture.folder)/h264-other.mp4")
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(.reboot, afterFrames: 30, connections: 1, alternate: other)
        })
        #expect(eventually(within: .seconds(15)) { recording.tape.clips.count >= 2 })
        recording.stop()
        let widths = try recording.tape.clips.map { try $0.tracks[0].width }
        #expect(widths[0] != widths[1])
    }

    @Test func `every lost packet is counted`() throws {
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(.packetLoss, afterFrames: 10, every: 50)
        })
        #expect(recording.waitForFrames(120))
        // A loss shows when the next packet of the medium comes.
        #expect(
            eventually {
                let lost = Int(recording.recorder.status.lostPackets)
                return lost > 0 && abs(lost - recording.camera.droppedPackets) <= 2
            })
        #expect(recording.ends.isEmpty)
    }

    @Test func `sixteen cameras behind one switch do not storm it`() throws {
        let recordings = try (0..<16).map { _ in
            try recording(.silentOpen, connections: nil) {
                $0.networkTimeout = .milliseconds(300)
            }
        }
        #expect(eventually(within: .seconds(20)) { recordings.allSatisfy { $0.ends.count >= 3 } })
        let attempts = recordings.reduce(0) { $0 + $1.camera.connections }
        #expect(attempts <= 16 * 8)
        recordings.forEach { $0.recorder.stop() }
    }
}
