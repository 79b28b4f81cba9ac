import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import AVRemux

/// Still pictures of key frames: of a running camera, of a clip, of a probe.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2))) struct StillTests {
    @Test(
        arguments: [
            ("h264-aac.mp4", 640, 360), ("h265.mp4", 320, 180), ("mjpeg.mkv", 160, 120),
            ("h264-bframes.mp4", 320, 180), ("h264-intra-refresh.mp4", 320, 180),
        ])
    func `a running camera's last key frame becomes a JPEG of any width`(
        fixture: String, width: Int, height: Int
    ) throws {
        let recording = try Recording(fixture: fixture)
        #expect(eventually { recording.recorder.keyFrame != nil })
        let key = try #require(recording.recorder.keyFrame)
        recording.stop()
        #expect(try size(of: key.jpeg(width: nil)) == [width, height])
        #expect(try size(of: key.jpeg(width: 80)) == [80, (height * 80 + width / 2) / width])
        #expect(try size(of: key.jpeg(width: 4000)) == [width, height])
    }

    @Test(arguments: ["h264-aac.mp4", "h265.mp4"])
    func `a clip's key frame becomes the picture that the camera filmed`(fixture: String) throws {
        let recording = try Recording(fixture: fixture)
        #expect(recording.waitForFrames(1))
        recording.stop()
        let clip = try #require(recording.tape.clips.first)
        let entry = try #require(try SampleEntry.all(in: clip.start.muxerBytes).first)
        let sample = try #require(clip.samples().first)
        let key = try #require(
            KeyFrame(
                identity: "test", sampleEntry: entry.type.description, setup: entry.setup,
                bytes: sample.bytes, wall: clip.start.start))
        let folder = TemporaryDirectory()
        let path = folder.file("still.jpg")
        try write(try key.jpeg(width: nil), to: path)
        let (status, output) = try shell(
            """
            ffmpeg -hide_banner -i '\(path)' -i '\(Fixture.folder)/\(fixture)' -frames:v 1 \
            -filter_complex '[0:v]scale=out_range=tv,format=yuv420p[a];[a][1:v]psnr' -f null - 2>&1
            """)
        #expect(status == 0)
        let tail = try #require(output.split(separator: "average:").last)
        let psnr = try #require(Double(tail.prefix { $0.isNumber || $0 == "." }))
        // ffmpeg's own JPEG of the same picture and quality reaches 28.6.
        #expect(psnr > 28, "\(output)")
    }

    @Test func `a probe brings the first key frame`() throws {
        let recording = try Recording()
        #expect(recording.waitForFrames(1))
        let report = try ProbeReport.measure(
            recording.recorder.settings, for: .milliseconds(200), cancellation: Cancellation())
        let key = try #require(report.keyFrame)
        #expect(try size(of: key.jpeg(width: 320)) == [320, 180])
    }

    @Test func `what is no picture is an error and no crash`() throws {
        var random = SeededGenerator(seed: 7)
        for codec in ["avc1", "hvc1", "mp4v"] {
            for count in [1, 40, 4000] {
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                let key = try #require(
                    KeyFrame(
                        identity: "noise", sampleEntry: codec, setup: bytes, bytes: bytes,
                        wall: WallTime(nanoseconds: 0)))
                #expect(throws: AVError.self) { try key.jpeg(width: 100) }
            }
        }
    }

    @Test func `the maker decodes a picture once and fails every wait when it is stopped`()
        async throws
    {
        let recording = try Recording()
        #expect(eventually { recording.recorder.keyFrame != nil })
        let key = try #require(recording.recorder.keyFrame)
        recording.stop()
        let maker = try StillMaker(name: "stills-test")
        let first = try await maker.jpeg(width: 100) { key }
        let again = try await maker.jpeg(width: 100) { key }
        // The same bytes in the same memory: it was not made anew.
        #expect(
            again.withUnsafeBufferPointer(\.baseAddress)
                == first.withUnsafeBufferPointer(\.baseAddress))
        await #expect(throws: StillMaker.Failure.missing("no")) {
            try await maker.jpeg(width: 100) { () throws(StillMaker.Failure) in
                throw .missing("no")
            }
        }
        maker.stop()
        await #expect(throws: StillMaker.Failure.stopped) {
            try await maker.jpeg(width: 100) { key }
        }
    }

    /// Width and height as the frame header has them (ITU-T T.81 B.2.2).
    private func size(of jpeg: [UInt8]) -> [Int]? {
        var position = 2
        guard jpeg.starts(with: [0xFF, 0xD8]) else { return nil }
        while position + 9 < jpeg.count, jpeg[position] == 0xFF {
            let field = { (at: Int) in Int(jpeg[at]) << 8 | Int(jpeg[at + 1]) }
            if (0xC0...0xC2).contains(jpeg[position + 1]) {
                return [field(position + 7), field(position + 5)]
            }
            position += 2 + field(position + 2)
        }
        return nil
    }
}
