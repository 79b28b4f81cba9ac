import FakeCamera
import ISOBMFF
import Platform
import RTSP
import TestSupport
import Testing

@testable import AVRemux

/// Whole sessions with a well-behaved camera, from the socket to the clips.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(3))) struct RecordingTests {
    @Test func `no frame is lost or doubled between clips`() throws {
        let recording = try Recording(
            configure: { $0.speed = 4 }, adjust: { $0.clipDuration = .seconds(1) })
        #expect(eventually(within: .seconds(20)) { recording.tape.clips.count >= 6 })
        recording.stop()
        let numbers = recording.frameNumbers
        #expect(numbers.count > 100)
        #expect(areConsecutive(numbers))
        for clip in recording.tape.clips {
            #expect(clip.finish != nil)
            #expect(clip.samples().first?.facts.isSync == true)
            #expect(clip.samples().first?.decodeTime == 0)
        }
    }

    @Test func `a clip that ends on its boundary says so, the last one that it was stopped`() throws
    {
        let recording = try Recording(
            configure: { $0.speed = 4 }, adjust: { $0.clipDuration = .seconds(1) })
        #expect(eventually { recording.tape.clips.count >= 3 })
        recording.stop()
        let reasons = recording.tape.clips.compactMap(\.finish?.reason)
        #expect(reasons.dropLast().allSatisfy { $0 == .rotated })
        #expect(reasons.last == .stopped)
    }

    @Test func `the pictures of a clip that ends do not wait for its late sound`() throws {
        let recording = try Recording(
            fixture: "h264-pcmu.mkv", adjust: { $0.clipDuration = .seconds(1) })
        #expect(eventually { recording.tape.clips.count >= 4 })
        recording.stop()
        let rotated = recording.tape.clips.filter { $0.finish?.reason == .rotated }
        #expect(!rotated.isEmpty)
        for clip in rotated {
            let last = try #require(clip.fragments.last)
            #expect(last.runs.map(\.trackID) == [2])
        }
    }

    @Test func `fragments are at most a second long and cover every sample`() throws {
        let recording = try Recording(fixture: "h264-long-gop.mp4")
        #expect(recording.waitForFrames(75))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        for fragment in clip.fragments {
            let ticks = fragment.runs.filter { $0.trackID == 1 }
                .flatMap(\.samples).reduce(0) { $0 + Int($1.duration) }
            #expect(ticks <= 90_000)
        }
    }

    @Test(
        arguments: [
            ("h264-aac.mp4", "avc1", "mp4a"), ("h265.mp4", "hvc1", nil),
            ("h264-bframes.mp4", "avc1", nil), ("h265-bframes.mp4", "hvc1", nil),
            ("mjpeg.mkv", "mp4v", nil), ("h264-pcma.mkv", "avc1", "mp4a"),
            ("h264-pcmu.mkv", "avc1", "mp4a"), ("h264-g726.mkv", "avc1", "mp4a"),
            ("h264-l16.mkv", "avc1", "mp4a"), ("h264-opus.mkv", "avc1", "Opus"),
        ] as [(String, String, String?)])
    func `every codec that cameras send finds its place in MP4`(
        fixture: String, video: String, sound: String?
    ) throws {
        let recording = try Recording(fixture: fixture)
        #expect(recording.waitForFrames(40))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        let tracks = try clip.tracks
        #expect(
            tracks.map(\.codec.description) == [video] + (sound.map { [$0] } ?? []),
            "\(recording.events)")
        if tracks.count == 2 {
            let rate = Double(tracks[1].timescale)
            let difference = clip.duration(track: 2, timescale: rate) - clip.duration()
            #expect(abs(difference) < 0.3)
        }
    }

    @Test func `frames in decoding order keep their times of presentation`() throws {
        let recording = try Recording(fixture: "h264-bframes.mp4")
        #expect(recording.waitForFrames(50))
        recording.stop()
        let samples = try #require(recording.tape.clips.first).samples()
        let shown = samples.map { Int64($0.decodeTime) + Int64($0.facts.compositionOffset) }
        #expect(shown != shown.sorted())
        let sorted = shown.sorted()
        // Frames that the stop cut off leave holes before the last ones.
        let steps = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.dropLast(3)
        #expect(steps.allSatisfy { (3_500...3_700).contains($0) }, "\(steps)")
    }

    @Test(arguments: [AuthenticationScheme.basic, .digestMD5, .digestSHA256])
    func `a camera with a password is recorded`(scheme: AuthenticationScheme) throws {
        let recording = try Recording(configure: {
            $0.credentials = Credentials(username: "admin", password: Secret("p@ss:w/rd"))
            $0.authentication = scheme
        })
        #expect(recording.waitForFrames(10))
        let facts = recording.events.compactMap {
            if case .connected(let facts) = $0 { facts } else { nil }
        }
        #expect(facts.first?.authentication == scheme)
    }

    @Test func `a camera over UDP is recorded without a gap`() throws {
        let recording = try Recording(adjust: { $0.transport = .udp })
        #expect(recording.waitForFrames(60))
        recording.stop()
        #expect(areConsecutive(recording.frameNumbers))
    }

    @Test func `stopping says goodbye to the camera and takes less than two seconds`() throws {
        let recording = try Recording()
        #expect(recording.waitForFrames(10))
        let began = SystemClocks().monotonic
        recording.stop()
        #expect(SystemClocks().monotonic - began < .seconds(2))
        #expect(recording.camera.requests.last?.method == "TEARDOWN")
        #expect(recording.tape.clips.allSatisfy { $0.finish != nil })
    }

    @Test func `sound that must be encoded stays beside the picture`() throws {
        let recording = try Recording(
            fixture: "h264-pcmu.mkv", configure: { $0.speed = 4 },
            adjust: { $0.clipDuration = .seconds(2) })
        #expect(eventually(within: .seconds(20)) { recording.tape.clips.count >= 4 })
        recording.stop()
        for clip in recording.tape.clips.dropLast() {
            let rate = Double(try clip.tracks[1].timescale)
            let difference = clip.duration(track: 2, timescale: rate) - clip.duration()
            #expect(abs(difference) < 0.15)
        }
    }

    @Test func `a clip that is stopped soon after it began has all its sound`() throws {
        let recording = try Recording(
            fixture: "h264-pcmu.mkv", adjust: { $0.clipDuration = .seconds(3) })
        #expect(eventually { recording.tape.clips.count == 2 })
        #expect(eventually { !recording.tape.clips[1].fragments.isEmpty })
        recording.stop()
        let clip = recording.tape.clips[1]
        let rate = Double(try clip.tracks[1].timescale)
        #expect(abs(clip.duration(track: 2, timescale: rate) - clip.duration()) < 0.15)
    }

    @Test func `without sound in the settings none is asked for`() throws {
        let recording = try Recording(adjust: { $0.audio = .off })
        #expect(recording.waitForFrames(10))
        recording.stop()
        #expect(recording.camera.requests.count { $0.method == "SETUP" } == 1)
        #expect(try recording.tape.clips[0].tracks.count == 1)
    }

    @Test func `a clip whose room ends is followed by another at a key frame, without a loss`()
        throws
    {
        let tape = Tape { $0 == 3 ? .takenAsRoomEnds : .taken }
        let recording = try Recording(fixture: "h264-noaudio.mp4", tape: tape)
        #expect(eventually { tape.clips.count == 2 && tape.clips[1].fragments.count >= 2 })
        recording.stop()
        #expect(tape.clips[0].finish?.reason == .sizeLimit)
        #expect(tape.clips[1].fragments[0].startsWithSync)
        #expect(areConsecutive(recording.frameNumbers))
        #expect(recording.recorder.status.droppedFrames == 0)
    }

    @Test func `when the disk refuses a clip the next key frame begins another`() throws {
        let tape = Tape { $0 == 4 ? .closed : .taken }
        let recording = try Recording(fixture: "h264-noaudio.mp4", tape: tape)
        #expect(eventually { tape.clips.count == 2 && tape.clips[1].fragments.count >= 2 })
        recording.stop()
        #expect(tape.clips[0].finish?.reason == .diskFailed)
        #expect(tape.clips[1].fragments[0].startsWithSync)
        let numbers = tape.clips[1].frameNumbers
        let lost = try #require(numbers.first) - (tape.clips[0].frameNumbers.last ?? 0) - 1
        #expect(recording.recorder.status.droppedFrames == lost)
        #expect((1...25).contains(lost))
    }

    @Test func `when the disk is slow whole GOPs are dropped, told and counted`() throws {
        let tape = Tape { (4...7).contains($0) ? .noRoom : .taken }
        let recording = try Recording(fixture: "h264-noaudio.mp4", tape: tape)
        #expect(
            eventually(within: .seconds(20)) {
                recording.events.contains { if case .diskCaughtUp = $0 { true } else { false } }
            })
        recording.stop()
        for clip in tape.clips {
            let starts = clip.fragments.indices.filter { index in
                index == 0
                    || clip.fragments[index].sequence != clip.fragments[index - 1].sequence + 1
            }
            #expect(starts.allSatisfy { clip.fragments[$0].startsWithSync })
        }
        let dropped = recording.events.reduce(0) {
            if case .framesDropped(let count) = $1 { $0 + count } else { $0 }
        }
        let numbers = recording.frameNumbers
        let span = Int((numbers.last ?? 0) - (numbers.first ?? 0)) + 1
        #expect(dropped == span - numbers.count)
        #expect(recording.recorder.status.droppedFrames == UInt64(dropped))
    }

    @Test func `frames that are dropped when a clip ends are counted too`() throws {
        let tape = Tape { $0 <= 2 ? .taken : .noRoom }
        let recording = try Recording(
            fixture: "h264-noaudio.mp4", tape: tape,
            adjust: { $0.clipDuration = .seconds(1) })
        #expect(eventually(within: .seconds(20)) { tape.clips.count >= 4 })
        recording.stop()
        let status = recording.recorder.status
        #expect(status.droppedFrames > 0)
        #expect(status.frames == UInt64(recording.frames) + status.droppedFrames)
    }
}
