import Platform
import TestSupport
import Testing

@testable import cctv

/// Whether the service manager hears that all is well is decided here.
struct ThreadWatchTests {
    private var watch = ThreadWatch()
    private var now = MonotonicTime(nanoseconds: 0)

    private mutating func stuck(_ beats: [String: UInt64?], after seconds: Int) -> [String] {
        now = now + .seconds(seconds)
        return watch.stuck(beats, at: now)
    }

    @Test mutating func `threads that beat are never stuck`() {
        for turn in 0..<100 {
            #expect(stuck(["writer": UInt64(turn), "camera a": UInt64(turn)], after: 10) == [])
        }
    }

    @Test mutating func `a thread without a beat is stuck after the patience, until it beats`() {
        #expect(stuck(["writer": 1, "camera a": 7], after: 1) == [])
        #expect(stuck(["writer": 2, "camera a": 7], after: 20) == [])
        #expect(stuck(["writer": 3, "camera a": 7], after: 1) == ["camera a"])
        #expect(stuck(["writer": 4, "camera a": 7], after: 1) == ["camera a"])
        #expect(stuck(["writer": 5, "camera a": 8], after: 1) == [])
    }

    @Test mutating func `one camera that hangs is enough, however lively the others are`() {
        var found: [String] = []
        for turn in 0..<30 {
            let lively = UInt64(turn)
            found = stuck(["writer": lively, "camera a": lively, "camera b": 3], after: 1)
        }
        #expect(found == ["camera b"])
    }

    @Test mutating func `a thread that is excused is not expected to beat, and is again after`() {
        #expect(stuck(["camera a": 7], after: 1) == [])
        #expect(stuck(["camera a": nil], after: 100) == [])
        #expect(stuck(["camera a": nil], after: 100) == [])
        #expect(stuck(["camera a": 7], after: 1) == [])
        #expect(stuck(["camera a": 7], after: 21) == ["camera a"])
    }

    @Test mutating func `a camera that was removed and comes back is not held to its past`() {
        #expect(stuck(["camera a": 7], after: 1) == [])
        #expect(stuck([:], after: 15) == [])
        #expect(stuck(["camera a": 7], after: 15) == [])
        #expect(stuck(["camera a": 7], after: 15) == [])
    }

    @Test func `a wait shows in pieces that the thread is well`() throws {
        let cancellation = try Cancellation()
        #expect(Pulse.interval * 2 < ThreadWatch.patience)
        #expect(cancellation.pulse.beats == 0)
        cancellation.pulse.excused { #expect(cancellation.pulse.beats == nil) }
        #expect(cancellation.pulse.beats == 1)
    }
}
