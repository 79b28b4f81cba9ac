import Glibc
import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

/// What an export leaves on the disk, and what it leaves when it fails.
@Suite(.ownThread, .timeLimit(.minutes(2)))
struct ExportFileTests {
    private let volume = ExportVolume()
    private let output = TemporaryDirectory()

    private func prepared(seconds: Int = 5, size: Int = 60) throws -> PreparedExport {
        let tape = try ExportTape(seconds: seconds, size: size)
        try volume.add(tape, 0..<Double(seconds), at: 0)
        return try volume.prepare(0, Double(seconds))
    }

    private func write(
        _ export: PreparedExport, _ path: String, replacing: Bool = false
    ) throws -> ExportResult {
        try export.write(to: path, replacing: replacing, origin: ExportVolume.origin)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the hash is that of FIPS 180-4`(_ text: String, _ expected: String) {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        #expect(hash.hexadecimal == expected)
    }

    @Test func `the hash does not depend on how the bytes come`() {
        var random = SeededGenerator(seed: 3)
        for count in 0..<300 {
            let bytes = random.bytes(count)
            var whole = SHA256()
            whole.update(bytes)
            var pieces = SHA256()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...70, using: &random))
                pieces.update(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(whole.hexadecimal == pieces.hexadecimal)
        }
    }

    @Test func `the manifest tells the hash, the sources and what was lost`() throws {
        let result = try write(try prepared(), output.file("out.mp4"))
        #expect(output.names() == ["out.json", "out.mp4"])
        var hash = SHA256()
        let bytes = try Fixture.read(output.file("out.mp4"))
        hash.update(bytes)
        #expect(result.sha256 == hash.hexadecimal)
        #expect(result.byteCount == Int64(bytes.count))
        let text = String(decoding: try Fixture.read(output.file("out.json")), as: UTF8.self)
        for part in [
            "\"sha256\" : \"\(result.sha256)\"", "\"camera\" : \"yard\"", "\"lost_packets\" : 2",
            "\"time_repairs\" : 1", "\"from\" : \"2025-02-23T09:00:00.000Z\"",
            "\"path\" : \"yard/2025-02-23/2025-02-23_10-00-00_2.mp4\"",
            "\"boot_id\" : \"01010101010101010101010101010101\"", "\"program\" : \"cctv test\"",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test func `a file that exists is replaced only when that is asked for`() throws {
        let export = try prepared()
        _ = try write(export, output.file("out.mp4"))
        #expect(throws: ExportError.exists(path: output.file("out.mp4"))) {
            try write(export, output.file("out.mp4"))
        }
        unlink(output.file("out.mp4"))
        #expect(throws: ExportError.exists(path: output.file("out.json"))) {
            try write(export, output.file("out.mp4"))
        }
        _ = try write(export, output.file("out.mp4"), replacing: true)
        _ = try write(export, output.file("out.mp4"), replacing: true)
        #expect(output.names() == ["out.json", "out.mp4"])
    }

    @Test func `the recorder's own folder is refused, through a link too`() throws {
        let export = try prepared()
        mkdir(output.file(".cctv"), 0o755)
        symlink(output.file(".cctv"), output.file("link"))
        for path in [output.file(".cctv/out.mp4"), output.file("link/out.mp4")] {
            #expect(throws: ExportError.privateFolder(path: path)) { try write(export, path) }
        }
        #expect(output.names(in: ".cctv") == [])
    }

    @Test func `what a killed export left is taken over`() throws {
        let partial = try #require(fopen(output.file("out.mp4.partial"), "wb"))
        fputs("left behind, and longer than nothing", partial)
        fclose(partial)
        let export = try prepared()
        let result = try write(export, output.file("out.mp4"))
        #expect(Int64(try Fixture.read(output.file("out.mp4")).count) == result.byteCount)
        #expect(output.names() == ["out.json", "out.mp4"])
    }

    @Test func `an export that is stopped leaves nothing`() throws {
        let export = try prepared()
        #expect(throws: ExportError.cancelled) {
            try export.write(to: output.file("out.mp4"), origin: ExportVolume.origin) { _, _ in
                false
            }
        }
        #expect(output.names() == [])
    }

    @Test func `a disk that fails at any call leaves nothing or everything`() throws {
        let whole = try prepared()
        for number in 0..<200 {
            let disk = FailingDisk(at: number, code: number % 2 == 0 ? ENOSPC : EIO)
            let export = PreparedExport(plan: whole.plan, files: whole.files, disk: disk)
            do {
                _ = try write(export, output.file("out.mp4"))
                guard disk.hasFailed else { return #expect(number > 10) }
            } catch let error as ExportError {
                if number % 2 == 0, case .full(_, let needed, _) = error { #expect(needed > 0) }
                #expect(output.names() == [], "call \(number): \(error)")
            }
            for name in output.names() { unlink(output.file(name)) }
        }
        Issue.record("an export of one clip needs more than 200 calls")
    }

    private static let hasMount = geteuid() == 0 && system("mountpoint -q /proc") == 0

    @Test(.enabled(if: hasMount, "mounting a small disk needs root"))
    func `a full disk is a clear sentence and leaves nothing`() throws {
        let export = try prepared(seconds: 20, size: 9000)
        let mounted = "mount -t tmpfs -o size=512k cctv-test '\(output.path)' 2>/dev/null"
        guard system(mounted) == 0 else { return }  // a container without the right to mount
        defer { umount2(output.path, Int32(MNT_DETACH)) }
        let error = #expect(throws: ExportError.self) {
            try write(export, output.file("out.mp4"))
        }
        #expect(error?.description.contains("is full: the export needs") == true)
        #expect(output.names() == [])
    }

    @Test func `beyond 4 GiB sizes and offsets have 64 bits`() throws {
        let tape = try ExportTape(seconds: 1)
        let header = ClipHeader(
            cameraName: "", startUTC: 0, startMonotonic: 0, bootID: [], sequence: 0)
        let segment = try tape.muxerBytes.withUnsafeBytes {
            try InitSegment(muxerBytes: $0, header: header)
        }
        var movie = JoinedMovie()
        let track = movie.addTrack(like: segment.tracks[0], in: segment)
        let entry = try movie.entry(of: segment.tracks[0], in: segment, for: track)
        for number in 0..<5 as Range<UInt64> {
            let sample = TrackSample(duration: 512, size: 1 << 30, isSync: true)
            let run = TrackRun(
                trackID: 1, baseDecodeTime: number * 512, samples: [sample], dataOffset: 0)
            movie.append(run, to: track, entry: entry)
        }
        let bytes = try movie.header()
        let mdat = try Array(bytes.suffix(16)).withUnsafeBytes { try BoxHeader($0) }
        #expect(mdat.byteCount == 5 << 30 + 16)
        let ftyp = try bytes.withUnsafeBytes { try BoxHeader($0) }
        let read = try bytes[Int(ftyp.byteCount ?? 0)...].withUnsafeBytes {
            try MovieSamples.read(moov: $0, fileByteCount: 6 << 30)
        }
        let start = UInt64(bytes.count)
        #expect(read[0].samples.map(\.offset) == (0..<5).map { start + $0 << 30 })
    }
}
