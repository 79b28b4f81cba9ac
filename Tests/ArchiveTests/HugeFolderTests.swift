import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// A first start on a folder of very many clips, whose index was lost.
///
/// `CCTV_HUGE_CLIPS=100000` is what docs/reliability.md reports; `CCTV_HUGE_FOLDER` keeps the folder.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(10)))
struct HugeFolderTests {
    private static let cameras = 16
    private static let firstStart: Int64 = 1_740_000_000_000_000_000

    private static func number(_ name: String, _ fallback: Int) -> Int {
        getenv(name).flatMap { Int(String(cString: $0)) } ?? fallback
    }

    /// Real, final clips of ten minutes each by their headers, of one picture each.
    private func fill(_ folder: String, clips: Int) throws {
        let disk = LinuxDisk()
        let root = try disk.openDirectory(folder)
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 1
        recipe.largestSample = 64
        let model = try TestClip(seed: 1, recipe)
        let boxes = try Fixture.bytes("boxes/" + recipe.initSegment)
        for number in 0..<clips {
            let camera = "camera-\(number % Self.cameras)"
            let start = WallTime(
                nanoseconds: Self.firstStart
                    + Int64(number / Self.cameras) * 600_000_000_000)
            let header = ClipHeader(
                cameraName: camera, startUTC: start.nanoseconds,
                startMonotonic: Int64(number) * 1_000_000_000,
                bootID: [UInt8](repeating: 7, count: 16), sequence: UInt64(number + 1))
            let segment = try InitSegment(muxerBytes: boxes, header: header)
            var bytes = segment.bytes
            var tables = SampleTables(tracks: segment.tracks)
            for fragment in model.fragments {
                try tables.append(fragment, at: UInt64(bytes.count))
                fragment.withBytes { bytes.append(contentsOf: $0) }
            }
            let end = ClipEnd(
                tables: tables, endUTC: start.nanoseconds + 600_000_000_000,
                endMonotonic: header.startMonotonic + 600_000_000_000, lostPacketCount: 0,
                timeRepairCount: 0, reason: .rotated)
            let finalization = try Finalization(
                initSegment: segment, tables: tables, end: end, endOffset: UInt64(bytes.count))
            bytes += finalization.tail
            bytes.replace(at: Int(finalization.headerOffset), with: finalization.header)
            let name = ClipName(camera: camera, start: start)
            for path in [camera, name.folder] { mkdir("\(folder)/\(path)", 0o755) }
            let file = try disk.openat(root, name.path(attempt: 1), O_WRONLY | O_CREAT, 0o644)
            try disk.writeAll(file, bytes, at: 0)
        }
    }

    @Test func `a start without an index records at once and then knows every clip`() throws {
        let temporary = TemporaryDirectory()
        let folder = getenv("CCTV_HUGE_FOLDER").map { String(cString: $0) } ?? temporary.path
        let clips = Self.number("CCTV_HUGE_CLIPS", 1000)
        let clocks = SystemClocks()
        _ = try Volume.open(folder)
        try fill(folder, clips: clips)
        let opened = Mutex<MonotonicTime?>(nil)
        let finals = Mutex(0)
        let before = clocks.monotonic
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(folder)), settings: ArchiveSettings(limits: .none)
        ) { event in
            if case .clipOpened = event { opened.withLock { $0 = $0 ?? clocks.monotonic } }
            if case .clipFinalized = event { finals.withLock { $0 += 1 } }
        }
        let fragments = try TestClip(seed: 3).fragments
        let handles = try (0..<Self.cameras).map { number in
            writer.begin(
                NewClip(
                    camera: "camera-\(number)", start: clocks.wall,
                    startMonotonic: clocks.monotonic,
                    muxerBytes: try Fixture.bytes("boxes/h264-aac.init")))
        }
        for handle in handles {
            for fragment in fragments { #expect(writer.append(fragment, to: handle)) }
            writer.end(
                handle,
                ClipEnding(reason: .rotated, end: clocks.wall, endMonotonic: clocks.monotonic))
        }
        #expect(eventually(within: .seconds(60)) { finals.withLock { $0 } == Self.cameras })
        let recorded = clocks.monotonic - before
        #expect(writer.queuedBytes == 0)
        let first = try #require(opened.withLock { $0 }) - before
        #expect(
            eventually(within: .seconds(300)) {
                (try? ClipIndex.read(folder: folder).paths().count) == clips + Self.cameras
            })
        let indexed = clocks.monotonic - before
        writer.stop()
        print(
            "\(clips) clips, no index: first clip begun after \(first), 16 clips final after "
                + "\(recorded), all indexed after \(indexed)")
        #expect(try VolumeIndex(folder: folder).check { _, _ in } == [])
        let again = try VolumeScan(
            try Volume.open(folder), known: ClipIndex.knownClips(in: folder))
        #expect(again.final.count == clips + Self.cameras)
        #expect(again.lastSequence == UInt64(clips + Self.cameras))
    }
}
