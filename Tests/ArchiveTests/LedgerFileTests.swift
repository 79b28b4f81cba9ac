import Glibc
import Platform
import TestSupport
import Testing

@testable import Archive

/// The ledger on a disk, and what a start makes of what an earlier run has left.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(1)))
struct LedgerFileTests {
    private let folder = TemporaryDirectory()
    private static let origin = Instant(
        wall: WallTime(nanoseconds: 1_740_301_200_000_000_000),
        monotonic: MonotonicTime(nanoseconds: 60_000_000_000))

    private func state(_ second: Int64, _ state: CameraState, _ camera: String = "yard")
        -> LedgerEntry
    {
        LedgerEntry(
            at: Self.origin + .seconds(second), .state(camera: camera, state, detail: "a \"why\""))
    }

    private func file() throws -> LedgerFile {
        let volume = try Volume.open(folder.path)
        return LedgerFile(folder: folder.path, volume: volume.identity.uuid)
    }

    private func append(_ text: String) throws {
        let file = try OwnedDescriptor.open(
            folder.file(LedgerFile.path), O_WRONLY | O_APPEND | O_CREAT)
        #expect(write(file.number, text, text.utf8.count) == text.utf8.count)
    }

    @Test func `lines come back as they were written`() throws {
        let entries = [
            LedgerEntry(at: Self.origin, .started), state(1, .gap(.refusedLogin)),
            state(2, .recording), state(3, .disabled),
            LedgerEntry(at: Self.origin, .loss(camera: "yard", packets: 3, frames: 4)),
            LedgerEntry(at: Self.origin, .deleted(camera: "yard")),
        ]
        let file = try file()
        try file.append(entries, isSafe: true)
        #expect(try file.read().entries == entries)
        #expect(try file.read().unreadable == 0)
    }

    @Test func `a torn last line costs itself and no line after it`() throws {
        let file = try file()
        try file.append([state(1, .recording)], isSafe: false)
        try append(#"{"at":"2025-02-23T09:0"#)
        #expect(try file.read().entries.count == 1)
        try file.append([state(3, .gap(.stalled))], isSafe: true)
        let contents = try file.read()
        #expect(contents.entries == [state(1, .recording), state(3, .gap(.stalled))])
        #expect(contents.unreadable == 1)
    }

    @Test func `nothing is written where the volume is not`() throws {
        _ = try file()
        let stranger = LedgerFile(
            folder: folder.path, volume: "6F9619FF-8B86-D011-B42D-00CF4FC964FF")
        #expect(throws: SystemError.self) { try stranger.append([], isSafe: true) }
        #expect(throws: SystemError.self) { try stranger.beat(Self.origin) }
        #expect(!folder.names(in: ".cctv").contains("ledger.jsonl"))
    }

    @Test func `the heartbeat that was last is the one that is read`() throws {
        let file = try file()
        #expect(try file.heartbeat() == nil)
        for second in 0..<3 as Range<Int64> { try file.beat(Self.origin + .seconds(second)) }
        #expect(try file.heartbeat() == Self.origin + .seconds(2))
    }

    @Test func `a recorder that died is absent since its last heartbeat`() {
        let history = GapHistory([
            LedgerEntry(at: Self.origin, .started), state(1, .recording),
            state(5, .gap(.unreachable), "gate"), state(6, .disabled, "shed"),
            state(7, .gap(.recorderNotRunning), "hall"),
        ])
        let absence = history.absence(since: Self.origin + .seconds(9))
        #expect(absence.map(\.camera) == ["gate", "yard"])
        #expect(absence.allSatisfy { $0.at == Self.origin + .seconds(9) })
        #expect(
            history.absence(since: nil).map(\.at.wall.nanoseconds)
                == [5, 1].map {
                    Self.origin.wall.nanoseconds + $0 * 1_000_000_000
                })
    }

    @Test func `a start goes on with the gap of the one before until a picture comes`() {
        let history = GapHistory([LedgerEntry(at: Self.origin, .started), state(1, .recording)])
        // The machine was started anew: its clock that never steps begins again.
        let now = Instant(
            wall: Self.origin.wall + .seconds(100), monotonic: MonotonicTime(nanoseconds: 5))
        var book = LedgerBook(history, heartbeat: Self.origin + .seconds(20), now: now)
        book.enable(["yard"], now: now + .seconds(1))
        book.apply(.connecting, of: "yard", now: now + .seconds(1))
        book.apply(.clipBegun(start: now + .seconds(3)), of: "yard", now: now + .seconds(3))
        let lines = [LedgerEntry(at: Self.origin, .started), state(1, .recording)] + book.lines
        let rows = GapHistory(lines).rows(of: "yard")
        #expect(rows.map(\.state) == [.recording, .gap(.recorderNotRunning), .recording])
        #expect(rows.map { ($0.start - Self.origin.wall).seconds } == [1, 20, 103])
        guard case .closed(_, [.recorderNotRunning], _, let length)? = book.notices.first else {
            Issue.record("nobody is told: \(book.notices)")
            return
        }
        #expect(length == .seconds(83))
    }

    @Test func `what is older than the oldest clip goes, but for what still held then`() {
        let day: Int64 = 86_400
        let entries = [
            LedgerEntry(at: Self.origin, .started), state(1, .recording), state(2, .gap(.stalled)),
            state(3, .recording), state(9 * day, .gap(.unreachable)), state(10 * day, .recording),
        ]
        let kept = LedgerFile.kept(entries, oldestDay: "2025-03-04")
        #expect(kept == [entries[0], entries[3], entries[4], entries[5]])
    }

    @Test func `of many deletions the newest is kept, however old it is`() {
        func deletion(_ second: Int64, of camera: String) -> LedgerEntry {
            LedgerEntry(at: Self.origin + .seconds(second), .deleted(camera: camera))
        }
        let entries = [
            deletion(10, of: "yard"), deletion(70, of: "yard"), deletion(40, of: "barn"),
            deletion(60, of: "yard"),
        ]
        #expect(LedgerFile.kept(entries, oldestDay: "2025-01-01") == [entries[1], entries[2]])
        #expect(LedgerFile.kept(entries, oldestDay: "2026-01-01") == [entries[1], entries[2]])
    }

    @Test func `a deletion is told at once, and each mark once`() {
        let now = Self.origin
        var book = LedgerBook(GapHistory([LedgerEntry]()), heartbeat: nil, now: now)
        book.enable(["yard"], now: now)
        book.lines = []
        for second in [1, 3, 2] as [Int64] {
            book.delete((now + .seconds(second)).wall, of: "yard")
        }
        book.tick(now: now + .seconds(5))
        #expect(
            book.lines == [
                LedgerEntry(
                    at: (now + .seconds(5)).called((now + .seconds(3)).wall),
                    .deleted(camera: "yard"))
            ])
        book.tick(now: now + .seconds(6))
        #expect(book.lines.count == 1)
    }

    @Test func `a file with much that is old is pruned to the oldest clip's day`() throws {
        let file = try file()
        let old = (0..<200 as Range<Int64>).map {
            state($0, $0 % 2 == 0 ? .recording : .gap(.stalled))
        }
        let recent = [state(30 * 86_400, .recording)]
        try file.append(old + recent, isSafe: false)
        #expect(mkdir(folder.file("2025-03-25"), 0o755) == 0)
        try file.prune(now: Self.origin.wall + .seconds(30 * 86_400), worthBytes: 100)
        #expect(try file.read().entries == [old[199]] + recent)
        #expect(!folder.names(in: ".cctv").contains("ledger.jsonl.new"))
    }

    @Test func `what happens before the disk is there is told once it is, behind what was before`()
        throws
    {
        let clocks = SystemClocks()
        let file = try file()
        try file.append([state(0, .recording)], isSafe: true)
        let marker = folder.file(Volume.marker)
        #expect(rename(marker, marker + ".away") == 0)
        let keeper = try LedgerKeeper(file: file, clocks: clocks) { _ in }
        keeper.tell(.diskDown(.diskMissing, detail: "unmounted"))
        keeper.enable(["yard", "new"])
        #expect(!folder.names(in: ".cctv").contains("heartbeat"))
        #expect(rename(marker + ".away", marker) == 0)
        #expect(eventually { GapHistory((try? file.read().entries) ?? []).last(of: "new") != nil })
        keeper.stop()
        let history = GapHistory(try file.read().entries)
        #expect(history.last(of: "yard")?.state == .gap(.diskMissing))
        #expect(history.last(of: "new")?.state == .gap(.diskMissing))
    }

    @Test func `a recorder that ends before its disk is there leaves the cause to the next one`()
        throws
    {
        let clocks = SystemClocks()
        let file = try file()
        try file.append([state(0, .recording)], isSafe: true)
        try file.beat(Self.origin + .seconds(9))
        let marker = folder.file(Volume.marker)
        #expect(rename(marker, marker + ".away") == 0)
        let aside = LedgerFile(aside: folder.file("aside"))
        // Two recorders wait in vain for the disk.
        for _ in 0..<2 {
            let keeper = try LedgerKeeper(file: file, aside: aside, clocks: clocks) { _ in }
            keeper.tell(.diskDown(.diskMissing, detail: "unmounted"))
            keeper.enable(["yard"])
            keeper.tell(.stopping(.recorderNotRunning))
            keeper.stop()
        }
        #expect(try file.read().entries == [state(0, .recording)], "nothing in the disk's place")
        #expect(rename(marker + ".away", marker) == 0)
        let keeper = try LedgerKeeper(file: file, aside: aside, clocks: clocks) { _ in }
        keeper.enable(["yard"])
        keeper.stop()
        let rows = GapHistory(try file.read().entries).rows(of: "yard")
        #expect(
            rows.map(\.state) == [
                .recording, .gap(.recorderNotRunning), .gap(.diskMissing),
                .gap(.recorderNotRunning), .gap(.diskMissing), .gap(.recorderNotRunning),
            ])
        #expect(rows[1].start == Self.origin.wall + .seconds(9))
        #expect(try aside.read().entries == [], "what is told is not told twice")
    }

    @Test func `what was taken over and not yet removed aside is not taken over again`() {
        let entries = [LedgerEntry(at: Self.origin, .started), state(1, .gap(.diskMissing))]
        let remnant = LedgerRemnant(entries: entries, heartbeat: nil)
        #expect(remnant.lines(behind: [], heartbeat: nil) == entries)
        #expect(remnant.lines(behind: [state(0, .recording)] + entries, heartbeat: nil) == [])
    }

    @Test func `however long the disk is away, its absence and its cameras are remembered`() throws
    {
        let now = Self.origin
        let down = LedgerEvent.diskDown(.diskMissing, detail: "unmounted")
        let told: [LedgerMessage] = [.event(down, camera: nil, now), .cameras(["yard"], now)]
        var messages = told
        for second in 1...1000 as ClosedRange<Int64> {
            let at = now + .seconds(second)
            messages += [
                .event(.connecting, camera: "yard", at),
                .event(.failed(.unreachable, detail: ""), camera: "yard", at),
                .loss(camera: "yard", packets: 1, frames: 0),
            ]
            LedgerMessage.trim(&messages, to: 100)
        }
        #expect(messages.count == 100)
        #expect(Array(messages.prefix(2)) == told)
        #expect(messages.last == .loss(camera: "yard", packets: 1, frames: 0), "the newest stay")
    }

    @Test func `a recorder that ends leaves every line on the disk`() throws {
        let clocks = SystemClocks()
        let keeper = try LedgerKeeper(file: try file(), clocks: clocks) { _ in }
        keeper.enable(["yard"])
        let start = Instant(clocks)
        keeper.tell(.clipBegun(start: start), of: "yard")
        keeper.tell(.stopping(.recorderNotRunning))
        keeper.tell(.clipEnded(start: start.wall, end: Instant(clocks), .stoppedByUser), of: "yard")
        keeper.lose(packets: 7, of: "yard")
        keeper.stop()
        let history = GapHistory(try file().read().entries)
        #expect(history.last(of: "yard")?.state == .gap(.recorderNotRunning))
        #expect(history.losses(of: "yard").map(\.packets) == [7])
        #expect(try file().heartbeat() != nil)
    }
}
