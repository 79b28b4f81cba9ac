import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

/// What the ledger of one camera says of histories that are told to it event by event.
struct CameraLedgerTests {
    private static let origin = Instant(
        wall: WallTime(nanoseconds: 1_740_301_200_000_000_000),
        monotonic: MonotonicTime(nanoseconds: 60_000_000_000))

    /// Seconds after the start of a test.
    private static func at(_ seconds: Double) -> Instant {
        origin + .nanoseconds(Int64(seconds * 1e9))
    }

    /// Plays events at their seconds, and returns the rows as `seconds: state`.
    private func rows(_ events: [(Double, LedgerEvent)]) -> [String] {
        var ledger = CameraLedger(camera: "yard", since: Self.origin)
        var entries = [LedgerEntry(at: Self.origin, .started)]
        for (time, event) in events { entries += ledger.apply(event, now: Self.at(time)) }
        return GapHistory(entries).rows(of: "yard").map { row in
            let seconds = Double((row.start - Self.origin.wall).nanoseconds / 1_000_000) / 1000
            return "\(seconds) \(row.state.rawValue)"
        }
    }

    private func clip(from start: Double, confirmed: Double) -> [(Double, LedgerEvent)] {
        [
            (start, .clipBegun(start: Self.at(start))),
            (confirmed, .clipOpened(start: Self.at(start).wall)),
        ]
    }

    private func end(
        of start: Double, at end: Double, told: Double, _ cause: LedgerCause?
    ) -> (Double, LedgerEvent) {
        (told, .clipEnded(start: Self.at(start).wall, end: Self.at(end), cause))
    }

    @Test func `a stall begins with the last picture and goes on as what the next attempts find`() {
        let history =
            [(0, LedgerEvent.enabled), (0, .connecting)] + clip(from: 1, confirmed: 1.2) + [
                end(of: 1, at: 10, told: 15, .stalled),
                (15, .failed(.stalled, detail: "no picture")),
                (16, .connecting), (21, .failed(.unreachable, detail: "no answer")),
                (22, .connecting), (27, .failed(.unreachable, detail: "no answer")),
                (30, .connecting),
            ] + clip(from: 31, confirmed: 31.5)
        #expect(
            rows(history) == [
                "0.0 connecting", "1.0 recording", "10.0 stalled", "16.0 unreachable",
                "31.0 recording",
            ])
    }

    @Test func `the session's end names the cause of the gap from its beginning`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1) + [
                end(of: 1, at: 10, told: 10.1, .cameraClosed),
                (10.2, .failed(.unreachable, detail: "")),
            ]
        #expect(rows(history).suffix(1) == ["10.0 unreachable"])
    }

    @Test func `clips that follow each other leave no gap`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1)
            + [(10, LedgerEvent.clipBegun(start: Self.at(10)))]
            + [end(of: 1, at: 9.96, told: 10.5, nil)]
            + [(10.6, .clipOpened(start: Self.at(10).wall))]
        #expect(rows(history) == ["0.0 connecting", "1.0 recording"])
    }

    @Test func `a hole between two clips of a session is a stall`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1)
            + [end(of: 1, at: 9, told: 13, nil)] + clip(from: 13, confirmed: 13.1)
        #expect(rows(history).suffix(2) == ["9.0 stalled", "13.0 recording"])
    }

    @Test func `a clip that the disk never takes is missing from its first picture on`() {
        let history: [(Double, LedgerEvent)] = [
            (0, .enabled), (1, .clipBegun(start: Self.at(1))),
            end(of: 1, at: 4, told: 5, .cameraClosed), (5, .failed(.cameraClosed, detail: "")),
            (6, .connecting), (7, .failed(.unreachable, detail: "")),
            (8, .clipFailed(start: nil, .diskError, detail: "")),
        ]
        #expect(
            rows(history) == [
                "0.0 connecting", "1.0 disk-error", "4.0 camera-closed", "6.0 unreachable",
                "8.0 disk-error",
            ])
    }

    @Test func `a stop by the user is the user's from the last picture to the next`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1) + [
                (10, .stopping(.stoppedByUser)), end(of: 1, at: 10.1, told: 10.2, .stoppedByUser),
                (20, .enabled), (20, .connecting),
            ] + clip(from: 21, confirmed: 21)
        #expect(rows(history).suffix(2) == ["10.1 stopped-by-user", "21.0 recording"])
    }

    @Test func `a full disk has its own cause, and what the camera does meanwhile has none`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1) + [
                (10, .diskDown(.diskFull, detail: "")),
                end(of: 1, at: 12, told: 12, .cameraClosed),
                (12, .failed(.cameraClosed, detail: "")), (13, .connecting),
                (20, .diskBack),
            ] + clip(from: 25, confirmed: 25)
        #expect(
            rows(history).dropFirst(2) == [
                "10.0 disk-full", "20.0 camera-closed", "25.0 recording",
            ])
    }

    @Test func `fragments that a slow disk refuses are a gap inside the clip`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1) + [
                (6, .refused(from: Self.at(5), isSlow: true)), (9, .accepted(from: Self.at(8))),
            ]
        #expect(rows(history).suffix(2) == ["5.0 disk-slow", "8.0 recording"])
    }

    @Test func `a recorder that was frozen is the cause, whoever noticed first`() {
        let recorded = [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1)
        let ended = end(of: 1, at: 10, told: 40, .stalled)
        let frozen = (40.0, LedgerEvent.frozen(from: Self.at(10.2)))
        for history in [recorded + [frozen, ended], recorded + [ended, frozen]] {
            #expect(
                rows(history + clip(from: 42, confirmed: 42)).contains {
                    $0.hasSuffix("not-running")
                }
            )
        }
        #expect(
            rows(recorded + [frozen, ended]).suffix(2) == [
                "10.0 recorder-not-running", "40.0 stalled",
            ]
        )
    }

    @Test func `a camera that is disabled and enabled again lacks nothing between`() {
        let history =
            [(0, LedgerEvent.enabled)] + clip(from: 1, confirmed: 1) + [
                end(of: 1, at: 10, told: 10, .stoppedByUser), (10, .disabled), (50, .enabled),
            ] + clip(from: 51, confirmed: 51)
        #expect(
            rows(history) == [
                "0.0 connecting", "1.0 recording", "10.0 disabled", "50.0 connecting",
                "51.0 recording",
            ])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `clips and gaps of any history are the camera's time, without overlap or hole`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var story = RandomStory(origin: Self.origin)
        for _ in 0..<40 { story.goOn(using: &random) }
        story.finish()
        let history = GapHistory(
            [LedgerEntry(at: Self.origin, .started)] + story.entries)
        let rows = history.rows(of: "yard")
        for (row, next) in zip(rows, rows.dropFirst()) {
            #expect(row.end == next.start && row.start < next.start)
        }
        let end = story.now.wall
        let coverage = CameraCoverage(
            camera: "yard", clips: story.clips, history: history,
            range: Self.origin.wall..<end, now: end)
        let gaps = coverage.gaps
        #expect(coverage.range.upperBound == end)
        #expect(gaps.allSatisfy { $0.cause != nil }, "\(gaps)")
        for (gap, next) in zip(gaps, gaps.dropFirst()) { #expect(gap.end <= next.start) }
        let missing = gaps.reduce(Duration.zero) { $0 + $1.length }
        #expect(coverage.recorded + missing == coverage.enabled)
        let difference = story.wanted - coverage.enabled
        #expect(abs(difference.seconds) < 1, "\(difference)")
        let recordedDifference = story.recorded - coverage.recorded
        #expect(abs(recordedDifference.seconds) < 0.1 * Double(story.clips.count + 1))
        for (time, cause) in story.truth {
            let found = gaps.first { $0.start <= time && time < $0.end }?.cause
            #expect(found == cause, "\(seed) \(time.utcText)")
        }
    }
}

/// A camera's life by chance: what the recorder would be told, and what was really so.
private struct RandomStory {
    private(set) var now: Instant
    private(set) var entries: [LedgerEntry] = []
    private(set) var clips: [CatalogClip] = []
    /// Instants in the middle of gaps, and why nothing was recorded then.
    private(set) var truth: [(WallTime, LedgerCause)] = []
    private(set) var wanted = Duration.zero
    private(set) var recorded = Duration.zero
    private var ledger: CameraLedger
    private var isEnabled = false

    init(origin: Instant) {
        now = origin
        ledger = CameraLedger(camera: "yard", since: origin)
    }

    mutating func goOn(using random: inout SeededGenerator) {
        if !isEnabled {
            tell(.enabled)
            isEnabled = true
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: pass(seconds: 30, wanted: false, &random) { $0.tell(.disabled) }
        case 1:
            pass(seconds: 60, wanted: true, cause: .stoppedByUser, &random) {
                $0.tell(.stopping(.stoppedByUser))
            }
        case 2:
            pass(seconds: 20, wanted: true, cause: .diskFull, &random) {
                $0.tell(.diskDown(.diskFull, detail: ""))
            }
        case 3...5: fail(&random)
        default: record(&random)
        }
    }

    mutating func finish() { tell(.stopping(.recorderNotRunning)) }

    private mutating func tell(_ event: LedgerEvent) { entries += ledger.apply(event, now: now) }

    private mutating func wait(_ duration: Duration, isWanted: Bool = true) {
        now = now + duration
        if isWanted { wanted += duration }
    }

    private mutating func pass(
        seconds: Double, wanted: Bool, cause: LedgerCause? = nil, _ random: inout SeededGenerator,
        _ begin: (inout Self) -> Void
    ) {
        begin(&self)
        let half = Duration.nanoseconds(Int64(Double.random(in: 1...seconds, using: &random) * 5e8))
        wait(half, isWanted: wanted)
        if let cause { truth.append((now.wall, cause)) }
        wait(half, isWanted: wanted)
        if cause == .diskFull { tell(.diskBack) }
        tell(.enabled)
    }

    private mutating func fail(_ random: inout SeededGenerator) {
        let causes: [LedgerCause] = [.unreachable, .refusedLogin, .noKeyFrame]
        let cause = causes[Int.random(in: 0..<3, using: &random)]
        tell(.connecting)
        wait(.milliseconds(Int.random(in: 1000...5000, using: &random)))
        truth.append((now.wall + .nanoseconds(-1), cause))
        tell(.failed(cause, detail: ""))
        wait(.milliseconds(Int.random(in: 10...5000, using: &random)))
        truth.append((now.wall + .nanoseconds(-1), cause))
    }

    private mutating func record(_ random: inout SeededGenerator) {
        tell(.connecting)
        wait(.milliseconds(Int.random(in: 10...900, using: &random)))
        let count = Int.random(in: 1...4, using: &random)
        for index in 0..<count {
            let start = now
            tell(.clipBegun(start: start))
            let length = Duration.milliseconds(Int.random(in: 2000...90_000, using: &random))
            wait(.milliseconds(500))
            let isLate = Bool.random(using: &random)
            if !isLate { tell(.clipOpened(start: start.wall)) }
            wait(length)
            clips.append(clip(start, now))
            recorded += length + .milliseconds(500)
            let end = now
            let isLast = index + 1 == count
            let causes: [LedgerCause] = [.stalled, .cameraClosed]
            let cause = isLast ? causes[Int.random(in: 0..<2, using: &random)] : nil
            if isLast { wait(.milliseconds(Int.random(in: 0...6000, using: &random))) }
            tell(.clipEnded(start: start.wall, end: end, cause))
            if isLate { tell(.clipOpened(start: start.wall)) }
            guard let cause else { continue }
            tell(.failed(cause, detail: ""))
            wait(.milliseconds(Int.random(in: 2...4000, using: &random)))
            if now.monotonic - end.monotonic > .seconds(1) {
                truth.append((now.wall + .nanoseconds(-1), cause))
            }
        }
    }

    private func clip(_ start: Instant, _ end: Instant) -> CatalogClip {
        CatalogClip(
            path: "x.mp4",
            header: ClipHeader(
                cameraName: "yard", startUTC: start.wall.nanoseconds,
                startMonotonic: start.monotonic.nanoseconds,
                bootID: [UInt8](repeating: 1, count: 16), sequence: UInt64(clips.count + 1)),
            state: .final,
            end: ClipEnd(
                endUTC: end.wall.nanoseconds, endMonotonic: end.monotonic.nanoseconds,
                mediaDuration: UInt64((end.monotonic - start.monotonic).nanoseconds),
                payloadByteCount: 1, primarySampleCount: 100, otherSampleCount: 0,
                fragmentCount: 1, reason: .rotated),
            byteCount: 1)
    }
}
