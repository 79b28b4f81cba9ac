import AVRemux
import ISOBMFF
import Platform
import Testing

@testable import Archive

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

    @Test func `what was deleted stays deleted after the clock was set back`() {
        let before = LedgerEntry(
            at: Instant(wall: at(1_000_000), monotonic: MonotonicTime(nanoseconds: 0)),
            .state(camera: "yard", .recording, detail: ""))
        var entries = [before, entry(-10, .gap(.recorderNotRunning)), entry(0, .recording)]
        entries.append(LedgerEntry(at: entries[2].at + .seconds(30), .deleted(camera: "yard")))
        let coverage = coverage([clip(40..<100, number: 1)], entries)
        #expect(coverage.deleted == .seconds(40) && coverage.enabled == .seconds(60))
    }

    @Test func `a recorder that died by a clock that was ahead explains the time until it records`()
    {
        let ahead = LedgerEntry(
            at: Instant(wall: at(1_000_000), monotonic: MonotonicTime(nanoseconds: 0)),
            .state(camera: "yard", .recording, detail: ""))
        let start = entry(10, .recording).at
        let book = LedgerBook(GapHistory([ahead]), heartbeat: ahead.at, now: start)
        let coverage = coverage(
            [clip(40..<100, number: 1)], [ahead] + book.lines + [entry(40, .recording)], 10..<100)
        #expect(names(coverage) == ["recorder-not-running 30"])
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
