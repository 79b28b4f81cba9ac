import Glibc
import ISOBMFF
import TestSupport
import Testing

private let hasFFmpeg = system("ffmpeg -version >/dev/null 2>&1") == 0

/// FFmpeg as a second opinion: it must see the same packets in a clip in every state.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(5)), .enabled(if: hasFFmpeg))
struct FFmpegTests {
    @Test(arguments: ["-bf 0", "-bf 2"])
    func `ffmpeg reads the same packets from open, final and recovered clips`(
        frames: String
    ) throws {
        let folder = try temporaryFolder()
        defer { _ = system("rm -r '\(folder)'") }
        let source = folder + "/source.mp4"
        let made = system(
            """
            ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=25 -f lavfi -i sine=r=8000 -t 3 \
            -c:v libx264 -preset ultrafast -g 25 \(frames) -c:a aac -b:a 16k \
            -movflags empty_moov+default_base_moof+frag_keyframe '\(source)'
            """)
        guard made == 0 else { return }  // an ffmpeg without libx264
        let clip = try RemadeClip(try Fixture.read(source))
        let expected = try packets(of: source)
        #expect(expected.count > 80)
        let end = UInt64(clip.open.count)
        let record = ClipEnd(tables: clip.tables, endUTC: 0, endMonotonic: 0, reason: .rotated)
        let finalization = try Finalization(
            initSegment: clip.segment, tables: clip.tables, end: record, endOffset: end)
        for state in CrashedDisk.states(of: clip.open, finalizing: finalization) {
            let path = folder + "/state.mp4"
            try write(state, to: path)
            #expect((try packets(of: path) == expected) as Bool)
        }
        var torn = CrashedDisk(Array(clip.open.dropLast(30)))
        _ = try torn.recover()
        let path = folder + "/recovered.mp4"
        try write(torn.bytes, to: path)
        let decoded = system("ffmpeg -v error -i '\(path)' -f null - 2>'\(folder)/errors'")
        #expect(decoded == 0)
        #expect(try Fixture.read(folder + "/errors") == [])
    }

    /// Track, times, size and hash of every packet, as ffmpeg sees them.
    ///
    /// Not the duration: ffmpeg guesses it in fragmented files, and reads it from `stts` in others.
    private func packets(of path: String) throws -> [[String]] {
        let output = path + ".hash"
        let status = system(
            "ffmpeg -v fatal -y -i '\(path)' -map 0 -c copy -f framehash '\(output)'")
        #expect(status == 0)
        let text = String(decoding: try Fixture.read(output), as: UTF8.self)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            var fields = line.split(separator: ",").map(String.init)
            if fields.count == 6 { fields.remove(at: 3) }
            return fields
        }
    }

    private func temporaryFolder() throws -> String {
        var template = Array("/tmp/cctv-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FormatError.notAClip("no folder") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "wb"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
    }
}

/// The samples of a fragmented file of another writer, in fragments of our own.
struct RemadeClip {
    let segment: InitSegment
    private(set) var open: [UInt8]
    private(set) var tables: SampleTables

    init(_ file: [UInt8]) throws {
        let boxes = topLevelBoxes(of: file)
        let head = try #require(boxes.first { $0.type == "moov" }).range.upperBound
        let header = ClipHeader(
            cameraName: "Remade", startUTC: 0, startMonotonic: 0, bootID: [], sequence: 1)
        segment = try file[..<head].withUnsafeBytes {
            try InitSegment(muxerBytes: $0, header: header)
        }
        open = segment.bytes
        tables = SampleTables(tracks: segment.tracks)
        var builder = FragmentBuilder(tracks: segment.tracks)
        for box in boxes where box.type == "moof" {
            let movie = try file[box.range].withUnsafeBytes {
                try MovieFragment($0, tracks: segment.tracks)
            }
            for run in movie.runs {
                var position = box.range.lowerBound + run.dataOffset
                var time = run.baseDecodeTime
                for sample in run.samples {
                    let size = Int(sample.size)
                    file[position..<position + size].withUnsafeBytes {
                        _ = builder.append(
                            track: run.trackID, decodeTime: time, sample: sample,
                            wallNanoseconds: 0, bytes: $0)
                    }
                    position += size
                    time += UInt64(sample.duration)
                }
            }
            let flushed = builder.flush()
            let fragment = try #require(flushed)
            try tables.append(fragment, at: UInt64(open.count))
            fragment.withBytes { open.append(contentsOf: $0) }
        }
    }
}
