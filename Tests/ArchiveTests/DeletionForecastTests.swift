import Platform
import TestSupport
import Testing

@testable import Archive

/// What is said of deletions before retention does them.
struct DeletionForecastTests {
    private static let now = WallTime(nanoseconds: 1_740_000_000_000_000_000)
    private static let day = Duration.seconds(86_400)
    private static let hour = Duration.seconds(3600)

    /// Clips of an hour of 100 bytes each, the newest ending now; numbers go up through all cameras.
    private func clips(_ hours: [String: Int]) -> [String: [StoredClip]] {
        hours.reduce(into: [:]) { clips, camera in
            clips[camera.key] = (0..<camera.value).map { number in
                let age = camera.value - number
                let start = Self.now + .seconds(-3600 * age)
                return StoredClip(
                    sequence: UInt64(100_000 - age * 10), camera: camera.key, path: "\(age)",
                    start: start, end: start + Self.hour, bytes: 100)
            }
        }
    }

    /// Clips of each camera that are forecast to go within a day, by their number.
    ///
    /// - Parameter beside: bytes that count for the folder's limit and are no final clip's.
    private func deleted(
        _ clips: [String: [StoredClip]], _ limits: RetentionLimits, rates: [String: Double] = [:],
        free: Int64 = .max / 2, beside: Int64 = 0, protections: [Protection] = []
    ) -> [String: Int] {
        let bytes = clips.mapValues { $0.reduce(0) { $0 + $1.bytes } }
        let deletable = bytes.values.reduce(0, +)
        let forecast = DeletionForecast(
            usage: VolumeBoard.Usage(
                used: deletable + beside, deletable: deletable, protected: 0, exports: 0,
                space: VolumeSpace(free: free, total: .max)),
            limits: limits,
            cameras: clips.keys.sorted().map {
                .init(name: $0, rate: (rates[$0] ?? 100) / 3600, bytes: bytes[$0] ?? 0)
            }, now: Self.now)
        let ends = forecast.deletions(within: Self.day, protections: protections) { camera, last in
            let rest = (clips[camera] ?? []).drop { clip in last.map { clip <= $0 } ?? false }
            return Array(rest.prefix(3))
        }
        return ends.reduce(into: [:]) { counts, end in
            counts[end.key] = clips[end.key]?.count { $0.start < end.value }
        }
    }

    @Test func `without a limit that is reached nothing is told to go`() {
        #expect(deleted(clips(["a": 48]), RetentionLimits(maximumBytes: nil)) == [:])
        #expect(deleted(clips(["a": 48]), RetentionLimits(maximumBytes: 7200)) == [:])
    }

    @Test func `the folder's limit takes the oldest whatever their camera`() {
        #expect(
            deleted(clips(["a": 48, "b": 30]), RetentionLimits(maximumBytes: 7800)) == [
                "a": 33, "b": 15,
            ])
    }

    @Test func `a camera's own size takes its own clips, and what it adds burdens no other`() {
        let own = ["b": CameraLimits(maximumBytes: 3000)]
        #expect(
            deleted(
                clips(["a": 48, "b": 30]), RetentionLimits(maximumBytes: nil, cameras: own))
                == ["b": 24])
        #expect(
            deleted(
                clips(["a": 48, "b": 30]), RetentionLimits(maximumBytes: 7800, cameras: own),
                rates: ["a": 0]) == ["b": 24])
        #expect(
            deleted(
                clips(["a": 48, "b": 30]), RetentionLimits(maximumBytes: 7800, cameras: own))
                == ["a": 24, "b": 24], "the folder's other 24 hours are older than what b has left")
    }

    @Test func `a camera that outgrows its own size within the day loses all it has`() {
        let own = ["b": CameraLimits(maximumBytes: 1000)]
        #expect(
            deleted(clips(["b": 10]), RetentionLimits(maximumBytes: nil, cameras: own)) == ["b": 10]
        )
    }

    @Test func `each camera's own age comes before that of all`() {
        let limits = RetentionLimits(
            maximumBytes: nil, maximumAge: .seconds(3 * 86_400),
            cameras: ["b": CameraLimits(maximumAge: Self.day), "c": CameraLimits()])
        #expect(deleted(clips(["a": 60, "b": 40, "c": 99]), limits) == ["a": 12, "b": 40])
    }

    @Test func `what stays free counts, but what other files take is not mended by clips`() {
        let limits = RetentionLimits(maximumBytes: nil, minimumFree: 1000)
        #expect(deleted(clips(["a": 48]), limits, free: 1000) == ["a": 24])
        #expect(deleted(clips(["a": 48]), limits, free: 3400) == [:])
        #expect(
            deleted(
                clips(["a": 30]), RetentionLimits(maximumBytes: nil, minimumFree: 9999), free: 0)
                == ["a": 24])
        let tight = RetentionLimits(maximumBytes: nil, minimumFree: 1000)
        #expect(
            deleted(clips(["a": 15]), tight, rates: ["a": 20], free: 0) == ["a": 15],
            "clips can mend what is short now, and what comes takes the rest")
    }

    @Test func `open clips and the index leave less to delete, and are not deleted themselves`() {
        let limits = RetentionLimits(maximumBytes: 5000)
        #expect(deleted(clips(["a": 30]), limits, beside: 500) == ["a": 9])
        #expect(
            deleted(clips(["a": 30]), limits, beside: 5100) == [:],
            "what fills the folder is not mended by clips, so none goes")
    }

    @Test func `what is protected stays, and the next oldest go in its place`() {
        let clips = clips(["a": 48])
        let first = clips["a"]?.first?.start ?? Self.now
        let protection = Protection(
            number: 1, camera: nil, range: first..<first + .seconds(3 * 3600), note: "")
        #expect(
            deleted(clips, RetentionLimits(maximumBytes: 4800), protections: [protection])
                == ["a": 27])
    }

    @Test func `clips of an uncertain clock are as old as the next one that is dated`() {
        var clips = clips(["a": 48])
        for number in 0..<40 { clips["a"]?[number].start = WallTime(nanoseconds: Int64(number)) }
        for number in 0..<40 { clips["a"]?[number].isClockCertain = false }
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(40 * 3600))
        #expect(deleted(clips, limits) == [:])
        #expect(
            deleted(clips, RetentionLimits(maximumBytes: nil, maximumAge: .seconds(30 * 3600)))
                == ["a": 42])
    }

    @Test func `a clip that a clock dated into the future keeps no older one`() {
        var clips = clips(["a": 48])
        clips["a"]?[0].start = Self.now + Self.day
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: Self.day)
        #expect(deleted(clips, limits) == ["a": 47])
    }

    @Test func `how far back clips reach follows from all limits together`() {
        func days(
            _ limits: RetentionLimits, _ rates: [String: Double], free: Int64 = .max / 2,
            deletable: Int64 = 900
        ) -> Double? {
            DeletionForecast(
                usage: VolumeBoard.Usage(
                    used: 1000, deletable: deletable, protected: 100, exports: 0,
                    space: VolumeSpace(free: free, total: .max)),
                limits: limits, cameras: rates.map { .init(name: $0.key, rate: $0.value / 86_400) },
                now: Self.now
            ).reach.map { ($0.seconds / 86_400 * 1000).rounded() / 1000 }
        }
        #expect(days(RetentionLimits(maximumBytes: 1100), [:]) == nil)
        #expect(days(RetentionLimits(maximumBytes: 1100), ["a": 100]) == 10)
        #expect(days(RetentionLimits(maximumBytes: 1100), ["a": 100, "b": 100]) == 5)
        #expect(
            days(RetentionLimits(maximumBytes: nil, minimumFree: 50), ["a": 100], free: 250) == 11)
        #expect(
            days(RetentionLimits(maximumBytes: 1100), ["a": 100], deletable: 600) == 7,
            "300 bytes of open clips and the index")
        let age = RetentionLimits(maximumBytes: 1100, maximumAge: .seconds(7 * 86_400))
        #expect(days(age, ["a": 100]) == 7)
        // b's own 200 bytes last 2 days; the 800 that are left last a 8.
        let own = ["b": CameraLimits(maximumBytes: 200)]
        #expect(
            days(RetentionLimits(maximumBytes: 1100, cameras: own), ["a": 100, "b": 100]) == 8)
        #expect(days(RetentionLimits(maximumBytes: 99_999, cameras: own), ["b": 100]) == 2)
    }

    @Test(arguments: 0..<60)
    func `the forecast says what retention then does`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = ["a", "b", "c"]
        let clips = clips(
            names.reduce(into: [:]) { $0[$1] = Int.random(in: 1...72, using: &random) })
        let total = clips.values.reduce(0) { $0 + Int64($1.count) * 100 }
        var limits = RetentionLimits(maximumBytes: nil)
        if Bool.random(using: &random) { limits.maximumBytes = total + 100 }
        if Bool.random(using: &random) { limits.maximumAge = .seconds(86_400 * 2) }
        for name in names where Bool.random(using: &random) {
            limits.cameras[name] = CameraLimits(
                maximumBytes: Int64.random(in: 5...80, using: &random) * 100,
                maximumAge: Bool.random(using: &random) ? limits.maximumAge : Self.day)
        }
        let told = deleted(clips, limits)
        let done = simulated(clips, limits)
        for name in names {
            let (told, done) = (told[name] ?? 0, done[name] ?? 0)
            #expect(abs(told - done) <= 2, "\(name) of seed \(seed): told \(told), done \(done)")
        }
    }

    /// Lives a day of one clip an hour and camera, and counts which clips of before it deletes.
    private func simulated(
        _ clips: [String: [StoredClip]], _ limits: RetentionLimits
    ) -> [String: Int] {
        let retention = Retention(limits: limits)
        var ledger = ClipLedger()
        var gone: [String: Int] = [:]
        func delete(_ deletions: [Retention.Deletion]) {
            for deletion in deletions {
                ledger.remove(deletion.clip)
                guard let camera = deletion.clip.camera, deletion.clip.start < Self.now else {
                    continue
                }
                gone[camera, default: 0] += 1
            }
        }
        ledger.insert(contentsOf: clips.values.flatMap(\.self))
        for hour in 0..<24 {
            let time = Self.now + .seconds(3600 * hour)
            for camera in clips.keys.sorted() {
                delete(retention.expired(at: time, among: ledger, budget: .max))
                let use = Retention.Use(
                    folder: ledger.bytes, camera: ledger.bytes(of: camera), free: .max / 2)
                delete(retention.plan(for: 100, of: camera, use: use, among: ledger).deletions)
                ledger.insert(
                    StoredClip(
                        sequence: UInt64(200_000 + hour * 10), camera: camera, path: "new\(hour)",
                        start: time, end: time + Self.hour, bytes: 100))
            }
        }
        return gone
    }
}
