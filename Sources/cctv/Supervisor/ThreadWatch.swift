import Platform

/// Decides whether every thread that records goes on.
struct ThreadWatch {
    /// A thread without a beat for so long is stuck: four times what one that is well needs.
    static let patience = Duration.seconds(20)

    private struct Last {
        var beats: UInt64
        var time: MonotonicTime
    }

    private var threads: [String: Last] = [:]

    /// Takes note of the beats that threads have made, and returns the names of those that are stuck.
    ///
    /// - Parameter beats: of every thread that runs now; nil of one that is excused.
    mutating func stuck(_ beats: [String: UInt64?], at now: MonotonicTime) -> [String] {
        threads = threads.filter { beats.keys.contains($0.key) }
        for (name, count) in beats {
            if let count, let last = threads[name], last.beats == count { continue }
            threads[name] = Last(beats: count ?? 0, time: now)
        }
        return threads.filter { now - $0.value.time > Self.patience }.keys.sorted()
    }
}
