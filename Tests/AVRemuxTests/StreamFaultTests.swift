import FakeCamera
import ISOBMFF
import Platform
import RTSP
import TestSupport
import Testing

@testable import AVRemux

/// Cameras whose stream itself is odd: parameter sets, key frames, time stamps, sound.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(5))) struct StreamFaultTests {
    private func recording(
        _ plan: FaultPlan, fixture: String = "h264-aac.mp4", speed: Double = 1
    ) throws -> Recording {
        try Recording(
            fixture: plan.fault.fixture.map { Self.file($0) } ?? fixture,
            configure: {
                $0.fault = plan
                $0.speed = speed
            })
    }

    private static func file(_ name: String) -> String {
        let matroska = ["mjpeg", "h264-pcma", "h264-pcmu", "h264-g726", "h264-l16", "h264-opus"]
        return matroska.contains(name) ? "\(name).mkv" : "\(name).mp4"
    }

    /// Frames of a clip lie where a camera of 25 frames a second put them.
    private func isSteady(_ clip: Tape.Clip) -> Bool {
        clip.samples().dropLast().allSatisfy { (3_590...3_610).contains($0.facts.duration) }
    }

    @Test(arguments: [Fault.noSpropParameterSets, .noInBandParameterSets])
    func `parameter sets are found wherever the camera sends them`(fault: Fault) throws {
        let recording = try recording(FaultPlan(fault))
        #expect(recording.waitForFrames(40))
        recording.stop()
        #expect(recording.ends.isEmpty)
        #expect(try recording.tape.clips[0].tracks[0].width == 640)
    }

    @Test
    func `a camera that sends no key frame any more ends neither its clip nor the size limit`()
        throws
    {
        let recording = try Recording(
            fixture: "h264-long-gop.mp4",
            configure: {
                $0.fault = FaultPlan(.longGOP)
                $0.speed = 4
            }, adjust: { $0.largestClip = 60_000 })
        #expect(eventually(within: .seconds(40)) { recording.tape.clips.count >= 3 })
        recording.stop()
        let greatest = Rotation(interval: .seconds(1), isAligned: false, sizeLimit: 60_000)
            .greatestSize
        for clip in recording.tape.clips {
            let bytes = clip.samples().reduce(0) { $0 + $1.bytes.count }
            #expect(bytes < greatest + 100_000, "one frame more at most")
            #expect(clip.samples().first?.facts.isSync == true)
        }
        #expect(
            recording.ends.allSatisfy { if case .noKeyFrame = $0 { true } else { false } })
        #expect(!recording.ends.isEmpty)
    }

    @Test func `another picture size in the middle of a stream begins a new clip`() throws {
        let other = try Media(path: "\(Fixture.folder)/h264-other.mp4")
        let recording = try recording(
            FaultPlan(.parameterSetChange, afterFrames: 30, alternate: other),
            fixture: "h264-noaudio.mp4")
        #expect(eventually(within: .seconds(15)) { recording.tape.clips.count >= 2 })
        recording.stop()
        let clips = recording.tape.clips
        #expect(clips[0].finish?.reason == .parametersChanged)
        #expect(try clips[0].tracks[0].width != clips[1].tracks[0].width)
        #expect(areConsecutive(recording.frameNumbers))
        #expect(recording.ends.isEmpty)
    }

    @Test func `parameter sets that change nothing a decoder cares for make no confetti`() throws {
        let other = try Media(path: "\(Fixture.folder)/h264-noaudio-vui.mp4")
        let recording = try recording(
            FaultPlan(.vuiFlip, alternate: other), fixture: "h264-noaudio.mp4", speed: 4)
        #expect(recording.waitForFrames(300))
        recording.stop()
        #expect(recording.tape.clips.count == 1, "\(recording.events)")
    }

    @Test func `a stream of recovery points alone is recorded`() throws {
        let recording = try recording(FaultPlan(.noIDR))
        #expect(recording.waitForFrames(40))
        #expect(recording.ends.isEmpty)
    }

    @Test func `a first key frame of many packets has its place before the second frame`() throws {
        let recording = try recording(FaultPlan(.bigKeyFrames))
        #expect(recording.waitForFrames(30))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        #expect(clip.samples().first?.facts.isSync == true)
        #expect(isSteady(clip))
    }

    @Test(
        arguments: [
            Fault.senderReportStepForward, .senderReportStepBack, .timestampWrap,
        ])
    func `clocks that step or wrap leave the picture alone`(fault: Fault) throws {
        let recording = try Recording(
            configure: {
                $0.fault = FaultPlan(fault, afterFrames: 30)
                $0.senderReportInterval = .milliseconds(400)
            })
        #expect(recording.waitForFrames(100))
        recording.stop()
        #expect(recording.ends.isEmpty)
        #expect(recording.tape.clips.count == 1)
        #expect(isSteady(recording.tape.clips[0]))
        #expect(areConsecutive(recording.frameNumbers))
    }

    @Test(arguments: [Fault.timestampOutlier, .timestampDuplicate])
    func `wrong stamps of single frames cost no frame and no clip`(fault: Fault) throws {
        let recording = try recording(FaultPlan(fault, afterFrames: 20, every: 10))
        #expect(recording.waitForFrames(100))
        recording.stop()
        #expect(recording.ends.isEmpty)
        #expect(recording.tape.clips.count == 1)
        #expect(areConsecutive(recording.frameNumbers))
        #expect(recording.recorder.status.timeRepairs >= 5)
        #expect(recording.tape.clips[0].finish?.timeRepairs ?? 0 >= 5)
        #expect(recording.tape.clips[0].samples().allSatisfy { $0.facts.duration < 90_000 })
    }

    @Test(arguments: [Fault.timestampJumpForward, .timestampJumpBack])
    func `a camera whose time jumps for good gets a new clip and loses nothing`(
        fault: Fault
    ) throws {
        let recording = try recording(
            FaultPlan(fault, afterFrames: 30), fixture: "h264-noaudio.mp4")
        #expect(eventually(within: .seconds(15)) { recording.tape.clips.count >= 2 })
        recording.stop()
        #expect(recording.tape.clips[0].finish?.reason == .timeJump)
        #expect(areConsecutive(recording.frameNumbers))
        #expect(recording.ends.isEmpty)
        #expect(recording.events.contains { if case .timeJumped = $0 { true } else { false } })
    }

    @Test(arguments: [Fault.clockFast, .clockSlow])
    func `a camera whose clock runs wrong is recorded at its own pace`(fault: Fault) throws {
        let recording = try recording(FaultPlan(fault), fixture: "h264-noaudio.mp4")
        #expect(recording.waitForFrames(150))
        recording.stop()
        #expect(recording.tape.clips.count == 1)
        #expect(recording.recorder.status.timeRepairs == 0)
    }

    @Test func `a camera that pauses for less than a stall stays in its session`() throws {
        let recording = try recording(
            FaultPlan(.pause, afterFrames: 30, duration: .seconds(1)))
        #expect(recording.waitForFrames(80))
        recording.stop()
        #expect(recording.ends.isEmpty)
        #expect(recording.tape.clips.count == 1)
    }

    @Test(arguments: [Fault.packetReorder, .packetDuplicate])
    func `packets that overtake each other over UDP cost no frame`(fault: Fault) throws {
        let recording = try Recording(
            configure: { $0.fault = FaultPlan(fault, afterFrames: 10, every: 40) },
            adjust: { $0.transport = .udp })
        #expect(recording.waitForFrames(100))
        recording.stop()
        #expect(areConsecutive(recording.frameNumbers))
        #expect(recording.recorder.status.lostPackets == 0)
    }

    @Test func `announced sound that never comes holds nothing up`() throws {
        let recording = try recording(FaultPlan(.silentAudio))
        #expect(recording.waitForFrames(40))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        #expect(try clip.tracks.count == 1)
        #expect(areConsecutive(recording.frameNumbers))
    }

    @Test func `sound that comes late is in the next clip`() throws {
        let recording = try recording(FaultPlan(.audioLate, afterFrames: 75))
        #expect(eventually(within: .seconds(20)) { recording.tape.clips.count >= 2 })
        #expect(eventually { recording.tape.clips[1].samples(track: 2).count > 10 })
        recording.stop()
        #expect(areConsecutive(recording.frameNumbers))
    }

    @Test func `sound that stops does not stop the picture`() throws {
        let recording = try recording(FaultPlan(.audioStops, afterFrames: 30))
        #expect(recording.waitForFrames(100))
        recording.stop()
        #expect(recording.ends.isEmpty)
        #expect(recording.tape.clips.count == 1)
        #expect(areConsecutive(recording.frameNumbers))
    }

    @Test func `the camera's word about its clocks moves the sound into its place`() throws {
        let recording = try Recording(configure: {
            $0.fault = FaultPlan(.senderReportAudioSkew, step: .milliseconds(500))
            $0.senderReportInterval = .milliseconds(200)
        })
        #expect(recording.waitForFrames(75))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        let rate = Double(try clip.tracks[1].timescale)
        let difference = clip.duration(track: 2, timescale: rate) - clip.duration()
        #expect(abs(abs(difference) - 0.5) < 0.2)
    }

    @Test(arguments: [Fault.audioLongPackets, .audioFast])
    func `sound in odd packets or at an odd pace is carried along`(fault: Fault) throws {
        let recording = try Recording(
            fixture: "h264-pcmu.mkv",
            configure: {
                $0.fault = FaultPlan(fault)
                $0.speed = 2
            })
        #expect(recording.waitForFrames(200))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        #expect(clip.samples(track: 2).count > 20)
        #expect(recording.ends.isEmpty)
    }

    @Test func `AAC without its description is left out, and told`() throws {
        let recording = try recording(FaultPlan(.noAACConfiguration))
        #expect(recording.waitForFrames(30))
        recording.stop()
        #expect(try recording.tape.clips[0].tracks.count == 1)
        let verdicts = recording.events.compactMap {
            if case .audio(let verdict) = $0 { verdict } else { nil }
        }
        guard case .dropped = verdicts.first else {
            Issue.record("verdict \(verdicts)")
            return
        }
    }
}
