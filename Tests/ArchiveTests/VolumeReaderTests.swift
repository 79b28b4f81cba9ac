import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// What a console asks of a volume's index and folder, beside a real writer.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2)))
struct VolumeReaderTests {
    private let directory = TemporaryDirectory()
    private let clocks = SystemClocks()
    private let finished = Finished()

    private final class Finished: Sendable {
        let clips = Atomic<Int>(0)
    }

    private func writer(limit: Int64? = nil) throws -> ArchiveWriter {
        try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path)),
            settings: ArchiveSettings(
                limits: RetentionLimits(maximumBytes: limit), reserveStep: 1 << 16)
        ) { [finished] event in
            if case .indexFailed(let fault) = event { Issue.record("\(fault)") }
            if case .clipFinalized = event { finished.clips.add(1, ordering: .relaxed) }
        }
    }

    private func begin(_ writer: ArchiveWriter, _ camera: String?, at start: WallTime) throws
        -> ClipHandle
    {
        writer.begin(
            NewClip(
                camera: camera, start: start, startMonotonic: clocks.monotonic,
                muxerBytes: try Fixture.bytes("boxes/h264-aac.init")))
    }

    private func end(_ writer: ArchiveWriter, _ handle: ClipHandle, at time: WallTime) {
        writer.end(
            handle,
            ClipEnding(reason: .rotated, end: time, endMonotonic: clocks.monotonic))
    }

    @Test func `an open clip is told of up to its last whole fragment, and then as final`() throws {
        let writer = try writer()
        let clip = try TestClip(seed: 4)
        let start = clocks.wall
        let handle = try begin(writer, "yard", at: start)
        let reader = VolumeReader(folder: directory.path, live: writer.board)
        var page = ClipPageQuery()
        page.cameras = ["yard"]
        for fragment in clip.fragments { #expect(writer.append(fragment, to: handle)) }
        #expect(
            eventually {
                (try? reader.page(page))?.clips.first?.end.mediaDuration
                    == clip.tables.durationNanoseconds
            })
        let open = try #require(try reader.page(page).clips.first)
        #expect(open.state == .open)
        let bytes = clip.fragments.reduce(0) { $0 + $1.byteCount }
        let opened = try reader.open(open)
        defer { close(opened.descriptor) }
        // What was taken ahead is no part of it.
        #expect(open.byteCount > bytes && open.byteCount < bytes + 4096)
        #expect(opened.size >= open.byteCount)
        end(writer, handle, at: start + .seconds(1))
        #expect(
            eventually { (try? reader.clip(open.header.sequence))?.state == .final },
            "the same number finds the final clip")
        writer.stop()
    }

    @Test func `pages follow each other without a clip twice or left out`() throws {
        let writer = try writer()
        let fragments = try TestClip(seed: 4).fragments
        let first = clocks.wall
        for number in 0..<7 {
            let start = first + .seconds(10 * number)
            let handle = try begin(writer, number % 2 == 0 ? "yard" : nil, at: start)
            for fragment in fragments { #expect(writer.append(fragment, to: handle)) }
            end(writer, handle, at: start + .seconds(1))
        }
        writer.stop()
        let reader = VolumeReader(folder: directory.path)
        #expect(try reader.cameras() == ["camera", "yard"])
        for newestFirst in [true, false] {
            var query = ClipPageQuery()
            (query.newestFirst, query.limit) = (newestFirst, 3)
            var starts: [WallTime] = []
            repeat {
                let page = try reader.page(query)
                #expect(page.total == 7 && page.totalBytes > 7 * 4000)
                starts += page.clips.map(\.start)
                query.after = page.next
            } while query.after != nil
            #expect(starts.count == 7 && Set(starts).count == 7)
            #expect(starts == starts.sorted { newestFirst ? $0 > $1 : $0 < $1 })
        }
        var query = ClipPageQuery()
        (query.cameras, query.from) = (["camera"], first + .seconds(25))
        #expect(try reader.page(query).total == 2)
    }

    @Test func `a link in the place of a clip is not followed out of the volume`() throws {
        let writer = try writer()
        let handle = try begin(writer, "yard", at: clocks.wall)
        for fragment in try TestClip(seed: 4).fragments {
            #expect(writer.append(fragment, to: handle))
        }
        end(writer, handle, at: clocks.wall)
        writer.stop()
        let reader = VolumeReader(folder: directory.path)
        let clip = try #require(try reader.page(ClipPageQuery()).clips.first)
        let secret = TemporaryDirectory()
        close(creat(secret.file("secret"), 0o600))
        unlink(directory.file(clip.path))
        #expect(symlink(secret.file("secret"), directory.file(clip.path)) == 0)
        #expect(throws: IndexFault.self) { try reader.open(clip) }
        var outside = clip
        outside.path = "../" + secret.path.split(separator: "/").joined(separator: "/") + "/secret"
        #expect(throws: IndexFault.self) { try reader.open(outside) }
    }

    @Test func `room for an export is made or refused by the limit of the folder`() throws {
        let writer = try writer(limit: 1_500_000)
        var recipe = TestClip.Recipe()
        recipe.largestSample = 20_000
        let fragments = try TestClip(seed: 4, recipe).fragments
        for number in 0..<6 {
            let start = clocks.wall + .seconds(10 * number)
            let handle = try begin(writer, "yard", at: start)
            for fragment in fragments { #expect(writer.append(fragment, to: handle)) }
            end(writer, handle, at: start + .seconds(1))
        }
        // A clip that is being made final can make no room yet.
        #expect(
            eventually {
                finished.clips.load(ordering: .relaxed) == 6 && writer.board.usage != nil
            })
        func ask(_ bytes: Int64) -> Bool {
            let answers = Mutex<[Bool]>([])
            writer.reserve(export: 1, bytes: bytes) { answer in answers.withLock { $0 = [answer] } }
            #expect(eventually { answers.withLock { !$0.isEmpty } })
            return answers.withLock { $0 == [true] }
        }
        #expect(!ask(2_000_000), "more than the whole limit")
        let before = try VolumeReader(folder: directory.path).page(ClipPageQuery()).total
        #expect(ask(700_000))
        #expect(eventually { writer.board.usage?.exports == 700_000 })
        #expect(
            eventually {
                (try? VolumeReader(folder: directory.path).page(ClipPageQuery()).total) ?? before
                    < before
            }, "the oldest clips made room")
        #expect((writer.board.usage?.used ?? .max) <= 1_500_000)
        writer.settle(export: 1)
        #expect(eventually { writer.board.usage?.exports == 0 })
        writer.stop()
    }

    @Test func `a day of sixteen cameras is found among 100,000 clips well within 50 ms`() throws {
        _ = try Volume.open(directory.path)
        let index = try ClipIndex.open(folder: directory.path)
        let begin = WallTime(nanoseconds: 1_740_000_000_000_000_000)
        let perCamera = 6250
        try index.database.transaction { () throws(DatabaseError) in
            for number in 0..<perCamera {
                for camera in 0..<16 {
                    try index.put(row(number, camera, begin))
                }
            }
        }
        let reader = VolumeReader(folder: directory.path)
        let day = begin + .seconds(20 * 86_400)..<begin + .seconds(21 * 86_400)
        _ = try reader.clips(in: day)
        let started = clocks.monotonic
        let clips = try reader.clips(in: day)
        let took = clocks.monotonic - started
        #expect(clips.count >= 16 * 144)
        print("a day of 16 cameras of \(16 * perCamera) clips: \(took.seconds * 1000) ms")
        // A debug build on a busy machine; a table that is walked through takes far longer.
        #expect(took < .milliseconds(500))
        let again = clocks.monotonic
        #expect(try reader.page(ClipPageQuery()).total == 16 * perCamera)
        print("the newest hundred of all: \((clocks.monotonic - again).seconds * 1000) ms")
        #expect(try reader.shares().count == 16)
        let forecast = DeletionForecast(
            usage: VolumeBoard.Usage(
                used: 100_000_000, deletable: 100_000_000, protected: 0, exports: 0,
                space: VolumeSpace(free: 1 << 40, total: 1 << 41)),
            limits: RetentionLimits(maximumBytes: 100_000_000),
            cameras: try reader.cameras().map { .init(name: $0, rate: 1000.0 * 10 / 86_400) },
            now: begin)
        let soon = try reader.deletions(forecast, within: .seconds(86_400), protections: [])
        #expect(soon.count == 16, "ten clips of each camera")
        #expect(soon["cam0"] == begin + .seconds(9 * 600) + .nanoseconds(1))
    }

    private func row(_ number: Int, _ camera: Int, _ begin: WallTime) -> IndexedClip {
        let start = begin + .seconds(600 * number)
        let header = ClipHeader(
            cameraName: "cam\(camera)", startUTC: start.nanoseconds,
            startMonotonic: start.nanoseconds, bootID: [UInt8](repeating: 7, count: 16),
            sequence: UInt64(number * 16 + camera + 1))
        let end = ClipEnd(
            endUTC: start.nanoseconds + 600_000_000_000,
            endMonotonic: start.nanoseconds + 600_000_000_000,
            mediaDuration: 600_000_000_000, payloadByteCount: 900, primarySampleCount: 15_000,
            otherSampleCount: 0, fragmentCount: 600, reason: .rotated)
        return IndexedClip(
            CatalogClip(
                path: "\(ClipName(camera: "cam\(camera)", start: start).path(attempt: 1))",
                header: header, state: .final, end: end, byteCount: 1000),
            counted: 1000)
    }
}
