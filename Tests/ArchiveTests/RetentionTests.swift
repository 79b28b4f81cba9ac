import Platform
import TestSupport
import Testing

@testable import Archive

struct RetentionTests {
    private func clip(
        _ sequence: UInt64, bytes: Int64 = 100, start: Int64 = 0, camera: String? = nil,
        isClockCertain: Bool = true
    ) -> StoredClip {
        StoredClip(
            sequence: sequence, camera: camera, path: "2025-02-23/\(sequence).mp4",
            start: WallTime(nanoseconds: start), end: WallTime(nanoseconds: start + 1),
            isClockCertain: isClockCertain, bytes: bytes)
    }

    private func ledger(_ clips: [StoredClip]) -> ClipLedger {
        var ledger = ClipLedger()
        for clip in clips { ledger.insert(clip) }
        return ledger
    }

    private func plan(
        _ limits: RetentionLimits, extra: Int64, used: Int64, free: Int64 = 1 << 40,
        _ clips: [StoredClip]
    ) -> Retention.Plan {
        Retention(limits: limits).plan(
            for: extra, use: Retention.Use(folder: used, free: free), among: ledger(clips))
    }

    @Test func `clips that say 1970 are as old as the next one that was recorded by a good clock`()
    {
        let day: Int64 = 86_400_000_000_000
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(86_400))
        let clips = [
            clip(1, start: 0, isClockCertain: false), clip(2, start: 100 * day),
            clip(3, start: 7, isClockCertain: false), clip(4, start: 101 * day),
        ]
        func expired(at days: Int64, budget: Int = 9) -> [UInt64] {
            Retention(limits: limits).expired(
                at: WallTime(nanoseconds: days * day + 1), among: ledger(clips), budget: budget
            ).map(\.clip.sequence)
        }
        #expect(expired(at: 100) == [])
        #expect(expired(at: 101) == [1, 2])
        #expect(expired(at: 102) == [1, 2, 3, 4])
        #expect(expired(at: 102, budget: 1) == [1])
    }

    @Test func `nothing goes while there is room`() {
        let limits = RetentionLimits(maximumBytes: 1000)
        #expect(plan(limits, extra: 100, used: 900, [clip(1)]) == Retention.Plan())
    }

    @Test func `one byte too many costs the oldest clip only`() {
        let limits = RetentionLimits(maximumBytes: 1000)
        let plan = plan(limits, extra: 101, used: 900, [clip(3), clip(1), clip(2)])
        #expect(plan.deletions.map(\.clip.sequence) == [1])
        #expect(plan.deletions.first?.reason == .folderLimit)
        #expect(plan.fits)
    }

    @Test func `the oldest go first whatever their camera, name or the clock of their time`() {
        let clips = [
            clip(2, start: 9_000, camera: "yard"), clip(1, start: 10_000, camera: "entrance"),
            clip(3, start: 0, camera: "barn"),
        ]
        let plan = plan(RetentionLimits(maximumBytes: 0), extra: 0, used: 200, clips)
        #expect(plan.deletions.map(\.clip.sequence) == [1, 2])
    }

    @Test func `nothing is deleted if that makes too little room`() {
        let plan = plan(RetentionLimits(maximumBytes: 1000), extra: 500, used: 900, [clip(1)])
        #expect(plan == Retention.Plan(deletions: [], fits: false))
    }

    @Test func `clips go so that enough stays free on the volume`() {
        let limits = RetentionLimits(maximumBytes: nil, minimumFree: 500)
        let plan = plan(limits, extra: 50, used: 900, free: 420, [clip(1), clip(2), clip(3)])
        #expect(plan.deletions.map(\.clip.sequence) == [1, 2])
        #expect(plan.deletions.allSatisfy { $0.reason == .freeSpace })
    }

    @Test func `a volume that others fill makes recordings stop growing, not vanish`() {
        let limits = RetentionLimits(maximumBytes: nil, minimumFree: 1 << 30)
        let clips = (1...50).map { clip($0) }
        let plan = plan(limits, extra: 150, used: 5000, free: 0, clips)
        #expect(plan.deletions.map(\.clip.sequence) == [1, 2])
        #expect(plan.fits)
    }

    @Test func `a volume without room or clips takes nothing`() {
        let limits = RetentionLimits(maximumBytes: nil, minimumFree: 1000)
        #expect(!plan(limits, extra: 10, used: 0, free: 500, []).fits)
    }

    @Test func `a lower limit is reached in one sweep`() {
        let clips = (1...10).map { clip($0) }
        let plan = plan(RetentionLimits(maximumBytes: 250), extra: 0, used: 1000, clips)
        #expect(plan.deletions.count == 8)
    }

    @Test func `age takes what is older and stops at the first younger clip`() {
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(100))
        let second: Int64 = 1_000_000_000
        let clips = [clip(1, start: 0), clip(2, start: 50 * second), clip(3, start: 120 * second)]
        let expired = Retention(limits: limits).expired(
            at: WallTime(nanoseconds: 151 * second), among: ledger(clips), budget: 12)
        #expect(expired.map(\.clip.sequence) == [1, 2])
    }

    @Test func `a clip from a clock that ran ahead does not protect older ones behind it`() {
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(100))
        let second: Int64 = 1_000_000_000
        let clips = [clip(1, start: 9_000 * second), clip(2, start: 0)]
        let expired = Retention(limits: limits).expired(
            at: WallTime(nanoseconds: 200 * second), among: ledger(clips), budget: 12)
        #expect(expired.map(\.clip.sequence) == [2])
    }

    @Test func `a clock that steps years ahead costs a twentieth in an hour`() {
        var budget = AgeBudget()
        var now = MonotonicTime(nanoseconds: 0)
        var left = 1000
        for _ in 0..<100 {
            let going = budget.remaining(now: now, total: left)
            budget.spend(going)
            left -= going
            now = now + .seconds(30)
        }
        #expect(left == 950)
        #expect(budget.remaining(now: now + .seconds(3600), total: left) == 47)
    }

    @Test(arguments: 1...20)
    func `the ledger stays in order and counts what is in it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ledger = ClipLedger()
        var model: Set<StoredClip> = []
        for step in 0..<4000 {
            if Int.random(in: 0..<3, using: &random) > 0 || model.isEmpty {
                let isLate = Int.random(in: 0..<10, using: &random) == 0
                let new = clip(
                    UInt64(isLate ? Int.random(in: 0...step, using: &random) : step),
                    bytes: Int64.random(in: 0...1000, using: &random), start: Int64(step),
                    camera: [nil, "entrance", "yard"].randomElement(using: &random) ?? nil)
                ledger.insert(new)
                model.insert(new)
            } else {
                var oldestFirst = ledger.oldestFirst
                let going = Bool.random(using: &random) ? oldestFirst.next() : model.first
                guard let going else { continue }
                model.remove(going)
                ledger.remove(going)
            }
        }
        #expect(Array(ledger.oldestFirst) == model.sorted())
        #expect(ledger.bytes == model.reduce(0) { $0 + $1.bytes })
        for camera in [nil, "entrance", "yard"] {
            let own = model.filter { $0.camera == camera }
            #expect(Array(ledger.clips(of: camera)) == own.sorted())
            #expect(ledger.bytes(of: camera) == own.reduce(0) { $0 + $1.bytes })
        }
    }

    @Test func `a camera above its own limit loses its own clips only, oldest first`() {
        let limits = RetentionLimits(
            maximumBytes: 1000, cameras: ["yard": CameraLimits(maximumBytes: 250)])
        let clips = [
            clip(1, camera: "entrance"), clip(2, camera: "yard"), clip(3, camera: "yard"),
        ]
        let retention = Retention(limits: limits)
        func plan(_ extra: Int64, _ camera: String?, folder: Int64, own: Int64) -> Retention.Plan {
            retention.plan(
                for: extra, of: camera,
                use: Retention.Use(folder: folder, camera: own, free: 1 << 40),
                among: ledger(clips))
        }
        #expect(plan(50, "yard", folder: 300, own: 200) == Retention.Plan())
        let own = plan(51, "yard", folder: 300, own: 200)
        #expect(own.deletions == [Retention.Deletion(clip: clips[1], reason: .cameraLimit)])
        #expect(plan(51, "entrance", folder: 300, own: 100) == Retention.Plan())
        // What went for the camera's limit counts for the folder's, which takes the oldest.
        let both = plan(100, "yard", folder: 1050, own: 200)
        #expect(both.deletions.map(\.clip.sequence) == [2, 1])
        #expect(both.deletions.map(\.reason) == [.cameraLimit, .folderLimit])
        let full = plan(100, "yard", folder: 600, own: 400)
        #expect(full == Retention.Plan(fits: false, isCameraFull: true))
    }

    @Test func `a camera's own age holds in place of the volume's`() {
        let second: Int64 = 1_000_000_000
        var limits = RetentionLimits(
            maximumBytes: nil, maximumAge: .seconds(100),
            cameras: ["yard": CameraLimits(maximumAge: .seconds(10)), "barn": CameraLimits()])
        let clips = [
            clip(1, start: 0, camera: "entrance"), clip(2, start: 0, camera: "barn"),
            clip(3, start: 80 * second, camera: "yard"),
            clip(4, start: 80 * second, camera: "entrance"),
        ]
        func expired() -> [UInt64] {
            Retention(limits: limits).expired(
                at: WallTime(nanoseconds: 101 * second), among: ledger(clips), budget: 12
            ).map(\.clip.sequence)
        }
        #expect(expired() == [1, 3])
        limits.cameras["barn"] = CameraLimits(maximumAge: .seconds(50))
        #expect(expired() == [1, 2, 3])
        limits.cameras = [:]
        #expect(expired() == [1, 2])
    }

    @Test func `clips of a camera that never knew the time are as old as another's next`() {
        let day: Int64 = 86_400_000_000_000
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(86_400))
        let clips = [
            clip(1, start: 0, camera: "barn", isClockCertain: false),
            clip(2, start: 100 * day, camera: "yard"),
            clip(3, start: 7, camera: "barn", isClockCertain: false),
        ]
        let expired = Retention(limits: limits).expired(
            at: WallTime(nanoseconds: 101 * day + 1), among: ledger(clips), budget: 12)
        #expect(expired.map(\.clip.sequence) == [1, 2])
    }

    @Test(arguments: 1...50)
    func `no plan leaves the folder above its limit or deletes one clip too many`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let clips = (1...UInt64(40)).map {
            clip($0, bytes: Int64.random(in: 1...500, using: &random))
        }
        let ledger = ledger(clips)
        let open = Int64.random(in: 0...2000, using: &random)
        let limit = Int64.random(in: 0...15_000, using: &random)
        let extra = Int64.random(in: 0...3000, using: &random)
        let plan = plan(
            RetentionLimits(maximumBytes: limit), extra: extra, used: ledger.bytes + open, clips)
        let freed = plan.deletions.reduce(0) { $0 + $1.clip.bytes }
        #expect(plan.fits == (open + extra <= limit))
        guard plan.fits else { return #expect(plan.deletions.isEmpty) }
        #expect(ledger.bytes + open - freed + extra <= limit)
        let last = plan.deletions.last?.clip.bytes ?? 0
        #expect(plan.deletions.isEmpty || ledger.bytes + open - freed + last + extra > limit)
    }
}
