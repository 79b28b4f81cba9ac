import Platform

/// Decides which clips go so that the limits hold; does nothing itself.
struct Retention: Sendable {
    var limits: RetentionLimits

    /// What must go before more is written, and whether it then may be.
    struct Plan: Equatable, Sendable {
        var deletions: [Deletion] = []
        /// Whether the bytes asked for fit once the deletions are done.
        var fits = true
    }

    /// A clip to delete and why.
    struct Deletion: Equatable, Sendable {
        var clip: StoredClip
        var reason: DeletionReason
    }

    /// Plans room for `extra` bytes more than are used now.
    ///
    /// Oldest clips first, whatever their camera. Nothing is deleted if that cannot make the room:
    /// then only open clips are left, or other files fill the folder's limit. If other files fill
    /// the volume below `minimumFree`, which deleting clips cannot mend, the recordings stop
    /// growing instead: as much is deleted as is asked for.
    ///
    /// - Parameters:
    ///   - used: bytes counted for the folder now: final and open clips, index, marker.
    ///   - free: bytes free on the volume now.
    func plan(
        for extra: Int64, used: Int64, free: Int64, among ledger: ClipLedger
    ) -> Plan {
        let overLimit = limits.maximumBytes.map { used + extra - $0 } ?? 0
        guard overLimit <= ledger.bytes else { return Plan(fits: false) }
        var short = limits.minimumFree + extra - free
        if short > ledger.bytes { short = min(extra, short) }
        guard short <= ledger.bytes else { return Plan(fits: false) }
        var plan = Plan()
        var freed: Int64 = 0
        for clip in ledger.clips {
            guard freed < max(overLimit, short) else { break }
            let reason: DeletionReason = freed < overLimit ? .folderLimit : .freeSpace
            plan.deletions.append(Deletion(clip: clip, reason: reason))
            freed += clip.bytes
        }
        return plan
    }

    /// The clips that are older than clips are kept, oldest first, at most `budget` of them.
    ///
    /// Clips follow each other in time but for steps of the clock, so the first young clip ends the
    /// search; one that seems to lie in the future does not. A clip of an uncertain clock is as old
    /// as the next one of a clock that could be right.
    func expired(
        at now: WallTime, among ledger: ClipLedger, budget: Int
    ) -> [Deletion] {
        guard let age = limits.maximumAge else { return [] }
        var found: [Deletion] = []
        var undated: [StoredClip] = []
        for clip in ledger.clips where clip.start <= now || !clip.isClockCertain {
            guard clip.isClockCertain else {
                undated.append(clip)
                continue
            }
            guard found.count < budget, now - clip.start > age else { break }
            found += (undated + [clip]).map { Deletion(clip: $0, reason: .age) }
            undated = []
        }
        return Array(found.prefix(budget))
    }
}
