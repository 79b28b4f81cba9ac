import FakeCamera
import ISOBMFF
import Platform
import RTSP
import TestSupport
import Testing

@testable import AVRemux

/// Cameras whose oddity lasts: no key frames for long, a lossy network, a label that is wrong.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(5))) struct LastingFaultTests {
    @Test func `a clip waits for the key frame of a long GOP while fragments go on`() throws {
        let recording = try Recording(
            fixture: "h264-noaudio.mp4",
            configure: { $0.fault = FaultPlan(.longGOP, duration: .seconds(14)) },
            adjust: { $0.clipDuration = .seconds(2) })
        // Twelve seconds in, only one fragment is not handed over yet, and no clip has ended.
        #expect(recording.waitForFrames(300))
        #expect(recording.tape.clips.count == 1)
        #expect(eventually(within: .seconds(15)) { recording.tape.clips.count >= 3 })
        recording.stop()
        #expect(recording.ends.isEmpty)
        let clips = recording.tape.clips
        #expect(clips[0].duration() >= 13.5)
        #expect(clips[0].fragments.count >= 13)
        #expect(clips[1].duration() < 3.1)
        let lengths = clips.flatMap(\.fragments).map { fragment in
            fragment.runs.flatMap(\.samples).reduce(0) { $0 + Int($1.duration) }
        }
        #expect(lengths.allSatisfy { $0 <= 90_000 })
        #expect(clips.allSatisfy { $0.samples().first?.facts.isSync == true })
        #expect(areConsecutive(recording.frameNumbers))
        let overdue = recording.events.compactMap {
            if case .keyFrameOverdue(let time) = $0 { time } else { nil }
        }
        #expect(overdue.count == 1)
        #expect(overdue.allSatisfy { $0 >= .seconds(10) })
    }

    @Test(arguments: [100, 20, 5])
    func `over UDP that loses packets the rest is recorded, and what is lost counted`(
        every: Int
    ) throws {
        let recording = try Recording(
            configure: { $0.fault = FaultPlan(.packetLoss, afterFrames: 10, every: every) },
            adjust: {
                $0.transport = .udp
                $0.clipDuration = .seconds(2)
            })
        #expect(recording.waitForFrames(120))
        // A loss shows when the next packet of the medium comes, and no other does for a while.
        #expect(
            eventually {
                let lost = Int(recording.recorder.status.lostPackets)
                return lost > 0 && abs(lost - recording.camera.droppedPackets) <= 3
            })
        recording.stop()
        #expect(recording.ends.isEmpty)
        let clips = recording.tape.clips
        #expect(clips.count >= 2)
        #expect(clips.allSatisfy { $0.samples().first?.facts.isSync == true })
        let numbers = recording.frameNumbers
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        #expect(clips.reduce(0) { $0 + ($1.finish?.lostPackets ?? 0) } > 0)
    }

    @Test(
        arguments: [
            Fault.timestampOutlier, .timestampJumpForward, .timestampJumpBack, .timestampDuplicate,
            .timestampWrap, .senderReportStepForward,
        ])
    func `no stamp of a camera makes a frame last longer than it did`(fault: Fault) throws {
        let recording = try Recording(
            fixture: fault == .senderReportStepForward ? "h264-aac.mp4" : "h264-noaudio.mp4",
            configure: {
                $0.fault = FaultPlan(fault, afterFrames: 25, every: 10)
                $0.senderReportInterval = .milliseconds(400)
            })
        #expect(recording.waitForFrames(90))
        recording.stop()
        let clips = recording.tape.clips
        let durations = clips.flatMap { $0.samples().map(\.facts.duration) }
        #expect(durations.allSatisfy { (1...90_000).contains($0) })
        let first = try #require(clips.first?.start.startMonotonic)
        let last = try #require(clips.last?.finish?.endMonotonic)
        let media = clips.reduce(0) { $0 + $1.duration() }
        #expect(abs(media - (last - first).seconds) < 1.5, "\(media) s in \(last - first)")
        #expect(areConsecutive(recording.frameNumbers))
    }

    @Test func `sound labelled with half its rate comes to lie beside the picture`() throws {
        let recording = try Recording(
            fixture: "h264-l16.mkv", configure: { $0.fault = FaultPlan(.audioWrongRate) },
            adjust: { $0.clipDuration = .seconds(3) })
        #expect(eventually(within: .seconds(40)) { recording.tape.clips.count >= 6 })
        recording.stop()
        #expect(recording.ends.isEmpty)
        #expect(areConsecutive(recording.frameNumbers))
        let rates = recording.events.compactMap {
            if case .audio(.encoded(_, let rate, _, _)) = $0 { rate } else { nil }
        }
        #expect(rates == [4_000, 8_000])
        for clip in recording.tape.clips.dropFirst(4).dropLast() {
            let rate = Double(try #require(try clip.tracks.last?.timescale))
            let sound = clip.samples(track: 2).reduce(0) { $0 + Double($1.facts.duration) } / rate
            #expect(abs(sound - clip.duration()) < 0.3, "\(sound) s beside \(clip.duration()) s")
        }
    }
}
