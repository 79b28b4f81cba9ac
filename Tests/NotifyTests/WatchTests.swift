import Platform
import Testing

@testable import Notify

/// What is told and what is not, as a value.
struct WatchTests {
    private var watch = Watch(patience: .seconds(60))

    private func at(_ seconds: Double) -> Instant {
        let nanoseconds = Int64(seconds * 1e9)
        return Instant(
            wall: WallTime(nanoseconds: 1_740_000_000_000_000_000 + nanoseconds),
            monotonic: MonotonicTime(nanoseconds: nanoseconds))
    }

    private func situation(
        yard isRecorded: Bool = true, wanted: Bool = true, disk: String? = nil,
        free: Int64 = 10 << 30
    ) -> Situation {
        Situation(
            cameras: [
                Situation.Camera(
                    name: "yard", isWanted: wanted, isConnected: isRecorded,
                    isRecorded: isRecorded, reason: isRecorded ? nil : "wrong password")
            ], diskTrouble: disk,
            storage: .init(used: 1 << 30, limit: 50 << 30, free: free, reserved: 1 << 30))
    }

    /// Shows a situation once a second and returns what was told.
    private func see(
        _ watch: inout Watch, _ situation: Situation, _ seconds: Range<Int>
    ) -> [Notice] {
        seconds.flatMap { watch.see(situation, now: at(Double($0))) }
    }

    @Test func `a camera that is away for longer than it may is told once, and its return`() {
        var watch = watch
        #expect(see(&watch, situation(), 0..<100).isEmpty)
        let lost = see(&watch, situation(yard: false), 100..<1_000)
        #expect(lost.map(\.event) == [.cameraLost])
        #expect(lost.first?.text == "yard is not recorded: wrong password")
        #expect(lost.first?.since == at(100).wall.utcText)
        #expect(lost.first?.time == at(160).wall.utcText)
        #expect(lost.first?.problems == 1)
        let back = see(&watch, situation(), 1_000..<1_100)
        #expect(back.map(\.event) == [.cameraBack])
        #expect(back.first?.text == "yard is recorded again; all is well")
        #expect(back.first?.problems == 0)
    }

    @Test func `a camera that comes and goes makes two notices, not two hundred`() {
        var watch = watch
        var notices: [Notice] = []
        for round in 0..<100 {
            let start = round * 70
            notices += see(&watch, situation(yard: false), start..<start + 65)
            notices += see(&watch, situation(), start + 65..<start + 70)
        }
        notices += see(&watch, situation(), 7_000..<7_100)
        #expect(notices.map(\.event) == [.cameraLost, .cameraBack])
    }

    @Test func `a reconnect is not worth a word`() {
        var watch = watch
        _ = see(&watch, situation(), 0..<10)
        #expect(see(&watch, situation(yard: false), 10..<60).isEmpty)
        #expect(see(&watch, situation(), 60..<200).isEmpty)
    }

    @Test func `a camera that nobody wants any more is no problem`() {
        var watch = watch
        #expect(see(&watch, situation(yard: false), 0..<100).count == 1)
        #expect(see(&watch, situation(yard: false, wanted: false), 100..<300).isEmpty)
        #expect(watch.problems == 0)
    }

    @Test func `a disk that fails is told at once, its cameras after their time`() {
        var watch = watch
        let notices = see(&watch, situation(yard: false, disk: "the disk fails"), 0..<100)
        #expect(notices.map(\.event) == [.diskLost, .cameraLost])
        #expect(notices.first?.time == at(10).wall.utcText)
        let back = see(&watch, situation(), 100..<200)
        #expect(back.map(\.event) == [.diskBack, .cameraBack])
        #expect(back.map(\.problems) == [1, 0])
    }

    @Test func `a disk that other files fill is told`() {
        var watch = watch
        let notices = see(&watch, situation(free: 1 << 29), 0..<100)
        #expect(notices.map(\.event) == [.diskFilling])
        #expect(see(&watch, situation(), 100..<200).map(\.event) == [.diskRoom])
    }
}
