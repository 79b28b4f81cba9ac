import Glibc
import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

private func second(_ number: Int64) -> WallTime { WallTime(nanoseconds: number * 1_000_000_000) }

struct GapTrackerTests {
    private func clip(_ sequence: UInt64, _ start: Int64) -> ClipFacts {
        ClipFacts(sequence: sequence, camera: "yard", path: "\(sequence).mp4", start: second(start))
    }

    private func gap(_ range: Range<Int64>, _ cause: GapCause, _ detail: String = "") -> Gap {
        Gap(
            camera: "yard", range: second(range.lowerBound)..<second(range.upperBound),
            cause: cause, detail: detail)
    }

    @Test func `the recorder's own downtime is filled in when it starts again`() {
        var tracker = GapTracker(camera: "yard", covered: second(100), started: second(160))
        #expect(
            tracker.note(.connecting, "", at: second(160)) == gap(100..<160, .recorderNotRunning))
        #expect(tracker.opened(clip(1, 163)) == gap(160..<163, .connecting))
    }

    @Test func `clips that rotate leave no gap in either order`() {
        var tracker = GapTracker(camera: "yard", covered: nil, started: second(0))
        #expect(tracker.opened(clip(1, 5)) == gap(0..<5, .connecting))
        tracker.ended(clip(1, 5), at: second(65), .clockStep)
        #expect(tracker.opened(clip(2, 65)) == nil)
        #expect(tracker.opened(clip(3, 125)) == nil)
        tracker.ended(clip(2, 65), at: second(125), .clockStep)
        #expect(tracker.finish(at: second(130)) == nil)
    }

    @Test func `a gap is cut where its cause changes`() {
        var tracker = GapTracker(camera: "yard", covered: nil, started: second(0))
        _ = tracker.opened(clip(1, 0))
        tracker.ended(clip(1, 0), at: second(60), .stalled)
        #expect(tracker.note(.unreachable, "no route", at: second(65)) == gap(60..<65, .stalled))
        #expect(tracker.note(.unreachable, "no route", at: second(70)) == nil)
        #expect(tracker.note(.connecting, "", at: second(71)) == nil, "an attempt ends no cause")
        #expect(
            tracker.note(.loginRefused, "", at: second(80))
                == gap(65..<80, .unreachable, "no route"))
        #expect(tracker.opened(clip(2, 99)) == gap(80..<99, .loginRefused))
    }

    @Test func `causes that are told while a camera is recorded are ignored`() {
        var tracker = GapTracker(camera: "yard", covered: nil, started: second(0))
        _ = tracker.opened(clip(1, 0))
        #expect(tracker.note(.unreachable, "", at: second(30)) == nil)
        tracker.ended(clip(1, 0), at: second(60), .cameraClosed)
        #expect(tracker.opened(clip(2, 70)) == gap(60..<70, .cameraClosed))
    }

    @Test func `an end that is told twice is one`() {
        var tracker = GapTracker(camera: "yard", covered: nil, started: second(0))
        _ = tracker.opened(clip(1, 0))
        tracker.ended(clip(1, 0), at: second(60), .diskFull)
        #expect(tracker.note(.diskFailing, "", at: second(65)) == gap(60..<65, .diskFull))
        tracker.ended(clip(1, 0), at: second(50), .diskFailing)
        #expect(tracker.finish(at: second(70)) == gap(65..<70, .diskFailing))
    }

    @Test func `a clock that steps back makes no gap that ends before it begins`() {
        var tracker = GapTracker(camera: "yard", covered: second(1000), started: second(10))
        #expect(tracker.note(.connecting, "", at: second(10)) == nil)
        #expect(tracker.opened(clip(1, 12)) == nil)
    }
}

struct CoverageTests {
    /// A clip of so many seconds, with as many pictures.
    private func clip(
        _ sequence: UInt64, _ range: Range<Int64>, _ reason: EndReason = .rotated,
        state: ClipState = .final
    ) -> CatalogClip {
        let length = range.upperBound - range.lowerBound
        let header = ClipHeader(
            cameraName: "yard", startUTC: second(range.lowerBound).nanoseconds,
            startMonotonic: second(range.lowerBound).nanoseconds,
            bootID: [UInt8](repeating: 1, count: 16), sequence: sequence)
        let end = ClipEnd(
            endUTC: second(range.upperBound).nanoseconds,
            endMonotonic: second(range.upperBound).nanoseconds,
            mediaDuration: UInt64(length) * 1_000_000_000, payloadByteCount: 1,
            primarySampleCount: UInt32(length * 25), otherSampleCount: 0, fragmentCount: 1,
            lostPacketCount: 2, reason: reason)
        return CatalogClip(
            path: "\(sequence)", header: header, state: state, end: end, byteCount: 1)
    }

    private func coverage(
        _ range: Range<Int64>, _ clips: [CatalogClip], _ known: [Gap] = []
    ) -> Coverage {
        Coverage(
            second(range.lowerBound)..<second(range.upperBound), camera: "yard",
            timeline: ClipTimeline(clips), known: known)
    }

    private func gap(_ range: Range<Int64>, _ cause: GapCause) -> Gap {
        Gap(
            camera: "yard", range: second(range.lowerBound)..<second(range.upperBound),
            cause: cause)
    }

    @Test func `an hour that was recorded throughout is covered whole`() {
        let coverage = coverage(
            100..<200, [clip(1, 40..<120), clip(2, 120..<180), clip(3, 180..<240)])
        #expect(coverage.gaps == [])
        #expect(coverage.ratio == 1)
        #expect(coverage.lostPackets == 6)
    }

    @Test func `every second is in a clip or in a gap with its cause`() {
        let clips = [clip(1, 10..<60, .stalled), clip(2, 90..<150, .stopped)]
        let coverage = coverage(
            0..<200, clips, [gap(0..<10, .connecting), gap(65..<85, .unreachable)])
        #expect(
            coverage.gaps == [
                gap(0..<10, .connecting), gap(60..<65, .stalled), gap(65..<85, .unreachable),
                gap(85..<90, .stalled), gap(150..<200, .stopped),
            ])
        #expect(coverage.missing == .seconds(90))
        #expect(coverage.longestGap == .seconds(50))
        #expect(coverage.ratio == 0.55)
        #expect(coverage.causes.map(\.cause) == [.stopped, .unreachable, .connecting, .stalled])
    }

    @Test func `neighbouring gaps of two causes are one when the longest is asked for`() {
        let coverage = coverage(
            0..<100, [clip(1, 50..<100)], [gap(0..<20, .unreachable), gap(20..<50, .loginRefused)])
        #expect(coverage.longestGap == .seconds(50))
    }

    @Test func `a day without a clip and without a word is unknown`() {
        let coverage = coverage(0..<100, [])
        #expect(coverage.gaps == [gap(0..<100, .unknown)])
        #expect(coverage.ratio == 0)
    }

    @Test func `the last seconds of a clip that is being recorded are no gap`() {
        let open = clip(1, 0..<95, .other, state: .open)
        #expect(coverage(0..<100, [open]).gaps == [])
        #expect(coverage(0..<200, [open]).missing == .seconds(105))
    }
}

@Suite(.serialized, .timeLimit(.minutes(1)))
struct GapLedgerTests {
    private func ledger(_ directory: TemporaryDirectory) throws -> GapLedger {
        _ = mkdir(directory.file(".cctv"), 0o755)
        let disk = LinuxDisk()
        return GapLedger(disk: disk, root: try disk.openDirectory(directory.path))
    }

    private let gaps = GapCause.allCases.enumerated().map { number, cause in
        Gap(
            camera: number == 0 ? nil : "yard",
            range: second(Int64(number) * 10)..<second(Int64(number) * 10 + 5), cause: cause,
            detail: "at \"\(number)\"\n")
    }

    @Test func `gaps are read as they were written`() throws {
        let directory = TemporaryDirectory()
        let ledger = try ledger(directory)
        try ledger.append(Array(gaps.prefix(3)))
        try ledger.append(Array(gaps.dropFirst(3)))
        #expect(try ledger.all() == gaps)
    }

    @Test func `a line that a crash has torn costs no other`() throws {
        let directory = TemporaryDirectory()
        let ledger = try ledger(directory)
        try ledger.append(gaps)
        let path = directory.file(".cctv/gaps.jsonl")
        var status = stat()
        stat(path, &status)
        truncate(path, status.st_size - 7)
        try ledger.append([gaps[0]])
        #expect(try ledger.all() == gaps.dropLast() + [gaps[0]])
    }

    @Test func `a recorder that ran twice leaves clips and gaps for every second`() throws {
        let directory = TemporaryDirectory()
        let clocks = ManualClocks()
        let begin = clocks.wall
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 50
        let clip = try TestClip(seed: 4, recipe)
        let length = Duration.nanoseconds(Int64(clip.tables.durationNanoseconds))
        for _ in 0..<2 {
            let writer = try ArchiveWriter(
                volume: try Volume.open(directory.path),
                settings: ArchiveSettings(limits: .none), clocks: clocks
            ) { if case .indexFailed(let fault) = $0 { Issue.record("\(fault)") } }
            clocks.advance(by: .seconds(10))
            writer.noteNotRecorded(camera: "yard", .unreachable, detail: "no route to host")
            clocks.advance(by: .seconds(20))
            let handle = writer.begin(
                NewClip(
                    camera: "yard", start: clocks.wall, startMonotonic: clocks.monotonic,
                    muxerBytes: try Fixture.bytes("boxes/h264-aac.init")))
            for fragment in clip.fragments { #expect(writer.append(fragment, to: handle)) }
            #expect(eventually { writer.queuedBytes == 0 })
            clocks.advance(by: length)
            writer.end(
                handle,
                ClipEnding(
                    reason: .stopped, end: clocks.wall, endMonotonic: clocks.monotonic))
            writer.stop()
            clocks.advance(by: .seconds(100))
        }
        let range = begin..<clocks.wall
        let index = VolumeIndex(folder: directory.path)
        let coverage = try index.coverage(of: "yard", in: range)
        let causes = coverage.gaps.map(\.cause)
        #expect(
            causes == [
                .connecting, .unreachable, .recorderNotRunning, .unreachable, .stopped,
            ])
        let recorded = (range.upperBound - range.lowerBound) - coverage.missing
        #expect(abs((recorded - length - length).seconds) < 0.2)
        ClipIndex.remove(folder: directory.path)
        try index.rebuild { _, _ in }
        #expect(try index.coverage(of: "yard", in: range) == coverage)
    }
}
