import Platform

/// How often a password may be tried: five times, and then after pauses that double.
struct LoginGuard {
    /// What is free of pauses.
    static let freeTries = 5
    /// The longest pause.
    static let longestPause = Duration.seconds(300)
    /// Tries are forgotten after so long without another.
    static let memory = Duration.seconds(900)
    /// With more the oldest are forgotten; each is a few dozen bytes.
    static let greatestCount = 4096

    private struct Tries {
        var count = 0
        var last: MonotonicTime
        var blockedUntil: MonotonicTime
    }
    private var tries: [String: Tries] = [:]

    /// Counts a try in before it is made, so that many at once gain nothing.
    ///
    /// - Returns: nil if it may be made, or how long to wait.
    mutating func begin(user: String, address: String, at now: MonotonicTime) -> Duration? {
        // The user alone does not count, or anybody could lock anybody out.
        let keys = ["\(user)\n\(address)", "\n\(address)"]
        let wait = keys.compactMap { tries[$0] }.map { $0.blockedUntil - now }.max()
        if let wait, wait > .zero { return wait }
        forget(at: now)
        // Several people may share an address.
        for (key, free) in zip(keys, [Self.freeTries, 4 * Self.freeTries]) {
            var entry = tries[key] ?? Tries(last: now, blockedUntil: now)
            entry.count += 1
            entry.last = now
            let over = entry.count - free
            if over >= 0 {
                let pause = Duration.seconds(1 << min(over, 10))
                entry.blockedUntil = now + min(pause, Self.longestPause)
            }
            tries[key] = entry
        }
        return nil
    }

    /// Forgets the tries of a user who knew the password.
    mutating func succeed(user: String, address: String) {
        tries["\(user)\n\(address)"] = nil
        tries["\n\(address)"] = nil
    }

    /// How often a user was tried from an address.
    func count(user: String, address: String) -> Int { tries["\(user)\n\(address)"]?.count ?? 0 }

    private mutating func forget(at now: MonotonicTime) {
        guard tries.count >= Self.greatestCount else { return }
        tries = tries.filter { now - $0.value.last < Self.memory }
        guard tries.count >= Self.greatestCount else { return }
        let newest = tries.sorted { $0.value.last > $1.value.last }.prefix(Self.greatestCount / 2)
        tries = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}
