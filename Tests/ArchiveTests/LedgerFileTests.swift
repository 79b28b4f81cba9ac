import Glibc
import ISOBMFF
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

/// What is made of clips and rows at the edges of a day.
struct CameraCoverageTests {
    private static let origin = WallTime(nanoseconds: 1_740_301_200_000_000_000)

    private func at(_ second: Int64) -> WallTime { Self.origin + .seconds(second) }

    private func clip(
        _ range: Range<Int64>, number: UInt64, monotonic: Int64? = nil, media: Int64? = nil
    ) -> CatalogClip {
        let length = range.upperBound - range.lowerBound
        let start = (monotonic ?? range.lowerBound + 1000) * 1_000_000_000
        return CatalogClip(
            path: "x.mp4",
            header: ClipHeader(
                cameraName: "yard", startUTC: at(range.lowerBound).nanoseconds,
                startMonotonic: start, bootID: [UInt8](repeating: 1, count: 16), sequence: number),
            state: .final,
            end: ClipEnd(
                endUTC: at(range.upperBound).nanoseconds,
                endMonotonic: start + length * 1_000_000_000,
                mediaDuration: UInt64(media ?? length) * 1_000_000_000, payloadByteCount: 1,
                primarySampleCount: 1000, otherSampleCount: 0, fragmentCount: 1, reason: .rotated),
            byteCount: 1)
    }

    private func entry(_ second: Int64, _ state: CameraState) -> LedgerEntry {
        let time = Instant(
            wall: at(second), monotonic: MonotonicTime(nanoseconds: (second + 1000) * 1_000_000_000)
        )
        return LedgerEntry(at: time, .state(camera: "yard", state, detail: ""))
    }

    private func coverage(
        _ clips: [CatalogClip], _ entries: [LedgerEntry], _ range: Range<Int64> = 0..<100,
        now: Int64 = 1000
    ) -> CameraCoverage {
        CameraCoverage(
            camera: "yard", clips: clips, history: GapHistory(entries),
            range: at(range.lowerBound)..<at(range.upperBound), now: at(now))
    }

    private func names(_ coverage: CameraCoverage) -> [String] {
        coverage.gaps.map { "\($0.name) \(Int($0.length.seconds))" }
    }

    @Test func `what nobody explains is unknown and lowers the share`() {
        let coverage = coverage(
            [clip(0..<40, number: 1), clip(60..<100, number: 2)], [entry(0, .recording)])
        #expect(names(coverage) == ["unknown 20"])
        #expect(coverage.share == 0.8)
        #expect(coverage.longest?.length == .seconds(20))
    }

    @Test func `what waited in a recorder that died is lost with it`() {
        let coverage = coverage(
            [clip(0..<40, number: 1), clip(60..<100, number: 2)],
            [entry(0, .recording), entry(50, .gap(.recorderNotRunning)), entry(60, .recording)])
        #expect(names(coverage) == ["recorder-not-running 20"])
    }

    @Test func `time in which a camera was not wanted is not asked for`() {
        let coverage = coverage(
            [clip(10..<40, number: 1), clip(60..<100, number: 2)],
            [entry(10, .recording), entry(40, .disabled), entry(60, .recording)])
        #expect(coverage.gaps == [])
        #expect(coverage.enabled == .seconds(70) && coverage.share == 1)
    }

    @Test func `clips that the limits deleted are no gap`() {
        var entries = [entry(0, .recording)]
        entries.append(LedgerEntry(at: entries[0].at + .seconds(20), .deleted(camera: "yard")))
        let coverage = coverage([clip(40..<100, number: 1)], entries)
        #expect(coverage.gaps == [])
        #expect(coverage.deleted == .seconds(40) && coverage.share == 1)
    }

    @Test func `a deleted clip that was the first after a gap is no gap, to the nanosecond`() {
        let start = entry(0, .gap(.unreachable))
        let entries = [
            start,
            LedgerEntry(
                at: start.at + .milliseconds(20_600),
                .state(camera: "yard", .recording, detail: "")),
            LedgerEntry(at: start.at + .milliseconds(20_600), .deleted(camera: "yard")),
        ]
        let coverage = coverage([clip(40..<100, number: 1)], entries)
        #expect(names(coverage) == ["unreachable 20"])
        #expect(coverage.deleted == .milliseconds(19_400))
    }

    @Test func `seconds that the clock left out are a step and no loss`() {
        let coverage = coverage(
            [clip(0..<40, number: 1), clip(60..<100, number: 2, monotonic: 1040)],
            [entry(0, .recording)])
        #expect(names(coverage) == ["clock-step 20"])
        #expect(coverage.share == 1 && coverage.longest == nil)
    }

    @Test
    func `a clock that was years ahead for a while does not hide why pictures are missing later`() {
        func entry(wall: Int64, monotonic: Int64, _ state: CameraState) -> LedgerEntry {
            let time = MonotonicTime(nanoseconds: monotonic * 1_000_000_000)
            return LedgerEntry(
                at: Instant(wall: at(wall), monotonic: time),
                .state(camera: "yard", state, detail: ""))
        }
        let coverage = coverage(
            [clip(50..<70, number: 3), clip(80..<100, number: 4)],
            [
                entry(wall: 0, monotonic: 1000, .recording),
                entry(wall: 1_000_000_040, monotonic: 1040, .gap(.cameraClosed)),
                entry(wall: 1_000_000_045, monotonic: 1045, .recording),
                entry(wall: 70, monotonic: 1070, .gap(.cameraClosed)),
                entry(wall: 80, monotonic: 1080, .recording),
            ], 50..<100)
        #expect(names(coverage) == ["\(LedgerCause.cameraClosed.rawValue) 10"])
    }

    @Test func `pictures that a slow disk refused are missing inside their clip`() {
        let coverage = coverage(
            [clip(0..<100, number: 1)],
            [entry(0, .recording), entry(30, .gap(.diskSlow)), entry(35, .recording)])
        #expect(names(coverage) == ["disk-slow 5"])
    }

    @Test func `a frozen recorder lacks what its clip lacks, and not what the network kept`() {
        let entries = [
            entry(0, .recording), entry(30, .gap(.recorderNotRunning)), entry(50, .recording),
        ]
        let lost = coverage([clip(0..<100, number: 1, media: 88)], entries)
        #expect(names(lost) == ["recorder-not-running 12"])
        #expect(coverage([clip(0..<100, number: 1)], entries).gaps == [])
    }

    @Test func `the last pictures may still be on their way to the disk`() {
        let fresh = coverage([clip(0..<90, number: 1)], [entry(0, .recording)], now: 95)
        #expect(fresh.gaps == [] && fresh.share == 1)
        let late = coverage([clip(0..<50, number: 1)], [entry(0, .recording)], now: 95)
        #expect(names(late) == ["unknown 45"])
    }
}
