import Platform
import TestSupport
import Testing

@testable import Archive

/// Clips of a time that cannot be right are marked, and age deletes nothing meanwhile.
@Suite struct ClockTrustTests {
    private let clocks = ManualClocks()
    private let year = Duration.seconds(365 * 86_400)

    private func trust(earliest: WallTime? = nil, isSynchronized: Bool = false) -> ClockTrust {
        ClockTrust(
            earliest: earliest ?? WallTime(nanoseconds: 1_700_000_000_000_000_000),
            isSynchronized: { isSynchronized })
    }

    private func trusts(_ trust: ClockTrust) -> Bool {
        trust.trusts(clocks.wall, at: clocks.monotonic)
    }

    @Test func `a clock that wakes up in 1970 is trusted once it is set`() {
        let trust = trust()
        let today = clocks.wall
        clocks.step(by: .zero - (today - WallTime(nanoseconds: 0)))
        #expect(!trusts(trust))
        clocks.step(by: today - WallTime(nanoseconds: 0))
        #expect(trusts(trust))
        clocks.advance(by: .seconds(86_400 * 400))
        #expect(trusts(trust), "time that passes on both clocks is no step")
    }

    @Test func `a step of hours is believed, one of years is not`() {
        let trust = trust()
        #expect(trusts(trust))
        clocks.step(by: .seconds(7200))
        #expect(trusts(trust))
        clocks.step(by: year * 10)
        #expect(!trusts(trust))
        clocks.step(by: .zero - year * 10)
        #expect(trusts(trust))
    }

    @Test func `a clock behind the newest clip is not believed, cameras' disorder is`() {
        let trust = trust()
        trust.learn(clipStart: clocks.wall)
        clocks.step(by: .seconds(-30))
        #expect(trusts(trust))
        clocks.step(by: .seconds(-60))
        #expect(!trusts(trust))
    }

    @Test func `a recorder that was off for two months believes its clock, for ten years not`() {
        let trust = trust()
        trust.learn(clipStart: clocks.wall)
        clocks.step(by: .seconds(60 * 86_400))
        #expect(trusts(trust))
        let wrong = self.trust()
        wrong.learn(clipStart: clocks.wall)
        clocks.step(by: year * 10)
        #expect(!trusts(wrong))
    }

    @Test func `what NTP has set is believed whatever speaks against it`() {
        let trust = trust(earliest: WallTime(nanoseconds: .max), isSynchronized: true)
        trust.learn(clipStart: clocks.wall)
        clocks.step(by: year * 10)
        #expect(trusts(trust))
        clocks.step(by: .zero - year * 20)
        #expect(trusts(trust))
    }
}
