import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// The writer with its threads, on the machine's own disk.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(1)))
struct ArchiveWriterTests {
    private final class Log: Sendable {
        private let events = Mutex<[ArchiveEvent]>([])
        func add(_ event: ArchiveEvent) { events.withLock { $0.append(event) } }
        var all: [ArchiveEvent] { events.withLock { $0 } }
        var finals: [ClipFacts] {
            all.compactMap { if case .clipFinalized(let facts, _) = $0 { facts } else { nil } }
        }
    }

    private func newClip(_ camera: String?, at wall: WallTime) throws -> NewClip {
        NewClip(
            camera: camera, start: wall, startMonotonic: SystemClocks().monotonic,
            muxerBytes: try Fixture.bytes("boxes/h264-aac.init"))
    }

    private func ending(_ reason: EndReason = .rotated) -> ClipEnding {
        ClipEnding(
            reason: reason, end: SystemClocks().wall, endMonotonic: SystemClocks().monotonic)
    }

    private func verify(_ path: String) throws {
        let verification = try ClipFile(path).verify()
        #expect(verification.state == .final)
        #expect(verification.findings == [])
    }

    @Test func `cameras' clips are final, whole and in their folders after a stop`() throws {
        let directory = TemporaryDirectory()
        let log = Log()
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path)),
            settings: ArchiveSettings(limits: .none), onEvent: log.add)
        let clip = try TestClip(seed: 3)
        let wall = SystemClocks().wall
        let handles = try [nil, "yard", "entrance"].map { writer.begin(try newClip($0, at: wall)) }
        for fragment in clip.fragments {
            for handle in handles { #expect(writer.append(fragment, to: handle)) }
        }
        writer.end(handles[0], ending())
        writer.stop()
        #expect(log.finals.count == 3)
        #expect(writer.queuedBytes == 0)
        for facts in log.finals {
            try verify(directory.file(facts.path))
            #expect(facts.mediaDuration > .zero)
            #expect(facts.path == ClipName(camera: facts.camera, start: wall).path(attempt: 1))
        }
        #expect(!handles[1].isOpen)
    }

    @Test func `clips of the same second get names of their own and none is overwritten`() throws {
        let directory = TemporaryDirectory()
        let log = Log()
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path)),
            settings: ArchiveSettings(limits: .none), onEvent: log.add)
        let clip = try TestClip(seed: 3)
        let wall = SystemClocks().wall
        for _ in 0..<3 {
            let handle = writer.begin(try newClip(nil, at: wall))
            #expect(writer.append(clip.fragments[0], to: handle))
            writer.end(handle, ending())
        }
        writer.stop()
        let name = ClipName(camera: nil, start: wall)
        #expect(log.finals.map(\.path).sorted() == (1...3).map(name.path(attempt:)).sorted())
        #expect(Set(log.finals.map(\.sequence)) == [1, 2, 3])
    }

    @Test func `numbers go on after a restart`() throws {
        let directory = TemporaryDirectory()
        let clip = try TestClip(seed: 3)
        let log = Log()
        for _ in 0..<2 {
            let writer = try ArchiveWriter(
                volume: .mounted(try Volume.open(directory.path)),
                settings: ArchiveSettings(limits: .none), onEvent: log.add)
            let handle = writer.begin(try newClip("yard", at: SystemClocks().wall))
            #expect(writer.append(clip.fragments[0], to: handle))
            writer.stop()
        }
        #expect(log.finals.map(\.sequence) == [1, 2])
    }

    @Test func `a full queue turns fragments away and says so`() throws {
        let directory = TemporaryDirectory()
        let log = Log()
        let release = Mutex(false)
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path)),
            settings: ArchiveSettings(limits: .none, queueBytesPerCamera: 10_000)
        ) { event in
            log.add(event)
            // A disk that hangs: the writer thread stands still until the test lets it go on.
            if case .clipOpened = event { _ = eventually { release.withLock { $0 } } }
        }
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 20
        let fragments = try TestClip(seed: 3, recipe).fragments
        let handle = writer.begin(try newClip(nil, at: SystemClocks().wall))
        let taken = fragments.prefix { writer.append($0, to: handle) }.count
        #expect(taken >= 1 && taken < fragments.count)
        #expect(writer.queuedBytes <= 10_000)
        let other = writer.begin(try newClip("yard", at: SystemClocks().wall))
        #expect(writer.append(fragments[0], to: other), "one camera's queue is not another's")
        release.withLock { $0 = true }
        #expect(eventually { writer.queuedBytes == 0 })
        #expect(writer.append(fragments[taken], to: handle))
        writer.stop()
        let refused = fragments[taken].byteCount
        #expect(
            log.all.contains {
                if case .queueFull(nil, refusedBytes: refused) = $0 { true } else { false }
            })
    }

    @Test func `what a crash left open is final after the next start`() throws {
        let directory = TemporaryDirectory()
        let clip = try TestClip(seed: 3)
        let uuid = try Volume.open(directory.path).identity.uuid
        #expect(mkdir(directory.file("2025-02-23"), 0o755) == 0)
        let path = directory.file("2025-02-23/2025-02-23_10-00-00.mp4")
        let file = try OwnedDescriptor.open(path, O_WRONLY | O_CREAT)
        let bytes = clip.openBytes.dropLast(100)
        #expect(
            bytes.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) } == bytes.count)
        let log = Log()
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path, expecting: uuid)),
            settings: ArchiveSettings(limits: .none), onEvent: log.add)
        #expect(
            eventually {
                log.all.contains {
                    if case .clipRecovered(_, .finalized) = $0 { true } else { false }
                }
            })
        writer.stop()
        try verify(path)
    }

    @Test func `files of others in the folder are neither counted nor touched`() throws {
        let directory = TemporaryDirectory()
        #expect(mkdir(directory.file("2020-01-01"), 0o755) == 0)
        for name in ["2020-01-01/2020-01-01_00-00-00.mp4", "2020-01-01/notes.txt", "film.mp4"] {
            let file = try OwnedDescriptor.open(directory.file(name), O_WRONLY | O_CREAT)
            let bytes =
                Array("\u{0}\u{0}\u{0}\u{18}ftypisom".utf8) + [UInt8](repeating: 7, count: 9000)
            #expect(write(file.number, bytes, bytes.count) == bytes.count)
        }
        let log = Log()
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path)),
            settings: ArchiveSettings(
                limits: RetentionLimits(maximumBytes: 400_000, maximumAge: .seconds(1))),
            onEvent: log.add)
        let fragment = try TestClip(seed: 3).fragments[0]
        for _ in 0..<20 {
            let handle = writer.begin(try newClip(nil, at: SystemClocks().wall))
            _ = writer.append(fragment, to: handle)
            writer.end(handle, ending())
        }
        writer.stop()
        #expect(directory.names(in: "2020-01-01") == ["2020-01-01_00-00-00.mp4", "notes.txt"])
        #expect(directory.names().contains("film.mp4"))
        #expect(!log.all.contains { if case .clipRecovered = $0 { true } else { false } })
    }

    @Test func `a clip that is being recorded cannot be recovered by hand`() throws {
        let directory = TemporaryDirectory()
        let log = Log()
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(directory.path)),
            settings: ArchiveSettings(limits: .none), onEvent: log.add)
        let wall = SystemClocks().wall
        let handle = writer.begin(try newClip(nil, at: wall))
        #expect(writer.append(try TestClip(seed: 3).fragments[0], to: handle))
        let path = directory.file(ClipName(camera: nil, start: wall).path(attempt: 1))
        #expect(eventually { log.all.count == 1 && writer.queuedBytes == 0 })
        let error = #expect(throws: SystemError.self) { try ClipFile(path).recover() }
        #expect(error?.code == EBUSY)
        writer.stop()
        guard case .untouched = try ClipFile(path).recover() else {
            Issue.record("the clip is final after the stop")
            return
        }
    }
}
