import Platform
import TestSupport
import Testing

@testable import Archive

/// What `/metrics` counts of missing time.
struct GapCounterTests {
    private func at(_ seconds: Double) -> Instant {
        Instant(
            wall: WallTime(nanoseconds: Int64((1_740_000_000 + seconds) * 1e9)),
            monotonic: MonotonicTime(nanoseconds: Int64((1000 + seconds) * 1e9)))
    }

    private func line(_ seconds: Double, _ state: CameraState) -> LedgerEntry {
        LedgerEntry(at: at(seconds), .state(camera: "yard", state, detail: ""))
    }

    @Test func `missing time is counted by cause while it lasts, from the recorder's start on`() {
        var counter = GapCounter(start: at(0).monotonic)
        counter.take([line(-100, .gap(.recorderNotRunning))])
        #expect(counter.totals(at: at(2).monotonic) == ["yard": [.recorderNotRunning: .seconds(2)]])
        counter.take([line(3, .recording), line(10, .gap(.stalled))])
        #expect(counter.totals(at: at(14).monotonic)["yard"]?[.stalled] == .seconds(4))
        counter.take([line(15, .gap(.unreachable)), line(20, .disabled)])
        #expect(
            counter.totals(at: at(99).monotonic) == [
                "yard": [
                    .recorderNotRunning: .seconds(3), .stalled: .seconds(5),
                    .unreachable: .seconds(5),
                ]
            ])
    }

    @Test func `a gap that turns out to have ended earlier takes nothing back`() {
        var counter = GapCounter(start: at(0).monotonic)
        counter.take([line(0, .gap(.connecting))])
        #expect(counter.totals(at: at(10).monotonic)["yard"] == [.connecting: .seconds(10)])
        counter.take([line(7, .recording), line(20, .gap(.connecting))])
        #expect(counter.totals(at: at(21).monotonic)["yard"] == [.connecting: .seconds(10)])
        #expect(counter.totals(at: at(25).monotonic)["yard"] == [.connecting: .seconds(12)])
    }

    @Test func `no number ever falls, and each is at most the time that passed`() {
        var random = SeededGenerator(seed: 20_261_125)
        for _ in 0..<40 {
            var now = at(0)
            var book = LedgerBook(GapHistory([]), heartbeat: nil, now: now)
            var told: [String: [LedgerCause: Duration]] = [:]
            var clip = now
            for _ in 0..<400 {
                now = now + .milliseconds(Int.random(in: 0...3000, using: &random))
                let events: [LedgerEvent] = [
                    .enabled, .disabled, .connecting, .stopping(.stoppedByUser),
                    .failed(.unreachable, detail: ""), .failed(.stalled, detail: ""),
                    .clipBegun(start: now), .clipOpened(start: clip.wall),
                    .clipEnded(start: clip.wall, end: clip + .milliseconds(500), .cameraClosed),
                    .diskDown(.diskFull, detail: ""), .diskBack, .frozen(from: now),
                    .refused(from: now, isSlow: true), .accepted(from: now),
                ]
                let event = events[Int.random(in: 0..<events.count, using: &random)]
                if case .clipBegun = event { clip = now }
                book.apply(event, of: "yard", now: now)
                let new = book.missing.totals(at: now.monotonic)
                for (cause, length) in told["yard"] ?? [:] {
                    #expect((new["yard"]?[cause] ?? .zero) >= length)
                }
                for length in (new["yard"] ?? [:]).values {
                    #expect(length <= now.monotonic - at(0).monotonic)
                }
                told = new
            }
            #expect((told["yard"] ?? [:]).count > 3)
        }
    }
}
