import FakeCamera
import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import AVRemux

/// What those see who watch a camera while it is recorded.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2))) struct LiveTests {
    @Test func `who watches sees every picture that is recorded, and ffmpeg decodes it all`() throws
    {
        let audience = Audience()
        let recording = try Recording(live: audience)
        #expect(eventually { audience.fragments.count >= 60 })
        recording.stop()
        let numbers = audience.fragments.compactMap(\.frameNumber)
        #expect(numbers.count >= 40)
        #expect(areConsecutive(numbers))
        #expect(numbers == Array(recording.frameNumbers.prefix(numbers.count)))
        #expect(audience.fragments.allSatisfy { $0.runs.filter { $0.trackID == 1 }.count <= 1 })
        let header = try #require(audience.headers.first)
        #expect(audience.headers.count == 1)
        #expect(header.bytes == recording.tape.clips.first?.start.muxerBytes)
        let folder = TemporaryDirectory()
        let path = folder.file("live.mp4")
        try write(header.bytes + audience.fragments.flatMap(\.bytes), to: path)
        let count = "ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0"
        let (status, output) = try shell("\(count) '\(path)' 2>&1")
        #expect(status == 0)
        #expect(output.split(separator: "\n").first.map(String.init) == "\(numbers.count)")
    }

    @Test func `a camera that nobody watches hands nothing over`() throws {
        let audience = Audience(watches: false)
        let recording = try Recording(live: audience)
        #expect(recording.waitForFrames(30))
        recording.stop()
        #expect(audience.parts.isEmpty)
    }

    @Test func `who comes in the middle of a GOP begins with a key frame, again and again`() throws
    {
        let audience = Audience(watches: false)
        let recording = try Recording(fixture: "h264-noaudio.mp4", live: audience)
        #expect(recording.waitForFrames(30))
        audience.watch(true)
        #expect(eventually { audience.fragments.count >= 10 })
        audience.watch(false)
        let shown = audience.fragments.count
        #expect(recording.waitForFrames(recording.frames + 30))
        audience.watch(true)
        #expect(
            eventually { audience.headers.count == 2 && audience.fragments.count >= shown + 10 })
        recording.stop()
        var isFirst = false
        for part in audience.parts {
            switch part {
            case .header: isFirst = true
            case .fragment(let fragment):
                if isFirst { #expect(fragment.startsWithSync) }
                isFirst = false
            case .end: isFirst = false
            }
        }
    }

    @Test func `the first viewer is shown the running GOP up to the present at once`() throws {
        let audience = Audience(watches: false)
        let recording = try Recording(fixture: "h264-long-gop.mp4", live: audience)
        #expect(recording.waitForFrames(20))
        audience.watch(true)
        // Half a second for a camera that sends four pictures a second.
        #expect(eventually(within: .milliseconds(500)) { audience.fragments.count >= 20 })
        audience.watch(false)
        let shown = audience.fragments.count
        #expect(recording.waitForFrames(recording.frames + 4))
        audience.watch(true)
        #expect(eventually { audience.fragments.count >= 2 * shown + 4 })
        recording.stop()
        let numbers = audience.fragments.compactMap(\.frameNumber)
        #expect(areConsecutive(Array(numbers[..<shown])))
        #expect(areConsecutive(Array(numbers[shown...])))
        #expect(numbers[0] == recording.frameNumbers[0] && numbers[shown] == numbers[0])
        #expect(audience.fragments[0].startsWithSync && audience.fragments[shown].startsWithSync)
    }

    @Test(
        arguments: [
            ("h264-aac.mp4", "avc1.", ",mp4a.40.2"), ("h265.mp4", "hvc1.1.6.L", ""),
            ("h264-pcmu.mkv", "avc1.", ",mp4a.40.2"), ("h264-opus.mkv", "avc1.", ",opus"),
            ("mjpeg.mkv", "mp4v.6C", ""),
        ])
    func `a browser is told the codecs by their names`(
        fixture: String, picture: String, sound: String
    ) throws {
        let audience = Audience()
        let recording = try Recording(fixture: fixture, live: audience)
        #expect(eventually { !audience.headers.isEmpty })
        recording.stop()
        let names = try #require(audience.headers.first?.codecs)
        #expect(names.hasPrefix(picture))
        #expect(names.hasSuffix(sound))
        #expect(names.split(separator: ",").count == (sound.isEmpty ? 1 : 2))
    }

    @Test func `a change of the picture's size gives a new header before its key frame`() throws {
        let audience = Audience()
        let other = try Media(path: "\(Fixture.folder)/h264-other.mp4")
        let recording = try Recording(
            fixture: "h264-noaudio.mp4", live: audience,
            configure: {
                $0.fault = FaultPlan(.parameterSetChange, afterFrames: 30, alternate: other)
            })
        #expect(eventually { audience.headers.count == 2 && audience.fragments.count > 60 })
        recording.stop()
        #expect(areConsecutive(audience.fragments.compactMap(\.frameNumber)))
        let index = try #require(
            audience.parts.lastIndex { if case .header = $0 { true } else { false } })
        guard case .fragment(let next) = audience.parts[index + 1] else {
            Issue.record("no fragment after the header")
            return
        }
        #expect(next.startsWithSync)
    }

    @Test func `time goes on when the camera is connected again`() throws {
        let audience = Audience()
        let recording = try Recording(
            fixture: "h264-noaudio.mp4", live: audience,
            configure: { $0.fault = FaultPlan(.fin, afterFrames: 30, connections: 1) })
        #expect(eventually { audience.headers.count >= 2 && audience.fragments.count > 45 })
        recording.stop()
        var end: UInt64 = 0
        for run in audience.fragments.compactMap(\.runs.first) {
            #expect(run.baseDecodeTime >= end)
            end = run.baseDecodeTime + run.duration
        }
        let ends = audience.parts.count { if case .end = $0 { true } else { false } }
        #expect(ends == 2)
    }
}
