import Platform

/// How many clips may be deleted for their age now.
///
/// A clock that steps years ahead makes everything old at once. So age alone takes at most a
/// twentieth of all clips in an hour, which leaves time to notice.
struct AgeBudget: Sendable {
    private var windowStart: MonotonicTime?
    private var deleted = 0

    /// Returns how many may go, of `total` clips.
    mutating func remaining(now: MonotonicTime, total: Int) -> Int {
        if windowStart.map({ now - $0 >= .seconds(3600) }) ?? true {
            windowStart = now
            deleted = 0
        }
        return max(0, max(12, (total + deleted) / 20) - deleted)
    }

    /// Counts clips that were deleted for their age.
    mutating func spend(_ count: Int) { deleted += count }
}
