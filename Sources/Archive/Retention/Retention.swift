import Platform

/// Decides which clips go so that the limits hold; does nothing itself.
struct Retention: Sendable {
    var limits: RetentionLimits

    /// What is taken now.
    struct Use: Sendable {
        /// Bytes counted for the folder: final and open clips, index, marker.
        var folder: Int64
        /// Bytes of the clips of the camera that asks, final and open.
        var camera: Int64 = 0
        /// Bytes free on the volume.
        var free: Int64
    }

    /// What must go before more is written, and whether it then may be.
    struct Plan: Equatable, Sendable {
        var deletions: [Deletion] = []
        /// Whether the bytes asked for fit once the deletions are done.
        var fits = true
        /// Whether they do not because of the camera's own limit.
        var isCameraFull = false
    }

    /// A clip to delete and why.
    struct Deletion: Equatable, Sendable {
        var clip: StoredClip
        var reason: DeletionReason
    }

    /// Plans room for `extra` bytes more than are used now, for a clip of `camera`.
    ///
    /// The camera's oldest clips go for its own limit, then the oldest whatever their camera.
    /// Nothing is deleted if that cannot make the room: then only open clips are left, or other
    /// files fill the folder's limit. If other files fill the volume below `minimumFree`, which
    /// deleting clips cannot mend, the recordings stop growing instead: as much is deleted as is
    /// asked for.
    func plan(
        for extra: Int64, of camera: String? = nil, use: Use, among ledger: ClipLedger
    ) -> Plan {
        let overCamera = limits.maximumBytes(of: camera).map { use.camera + extra - $0 } ?? 0
        guard overCamera <= ledger.bytes(of: camera) else {
            return Plan(fits: false, isCameraFull: true)
        }
        let overLimit = limits.maximumBytes.map { use.folder + extra - $0 } ?? 0
        guard overLimit <= ledger.bytes else { return Plan(fits: false) }
        var short = limits.minimumFree + extra - use.free
        if short > ledger.bytes { short = min(extra, short) }
        guard short <= ledger.bytes else { return Plan(fits: false) }
        var plan = Plan()
        var freed: Int64 = 0
        if overCamera > 0 {
            for clip in ledger.clips(of: camera) {
                guard freed < overCamera else { break }
                plan.deletions.append(Deletion(clip: clip, reason: .cameraLimit))
                freed += clip.bytes
            }
        }
        guard freed < max(overLimit, short) else { return plan }
        let gone = Set(plan.deletions.map(\.clip))
        for clip in ledger.oldestFirst where !gone.contains(clip) {
            guard freed < max(overLimit, short) else { break }
            let reason: DeletionReason = freed < overLimit ? .folderLimit : .freeSpace
            plan.deletions.append(Deletion(clip: clip, reason: reason))
            freed += clip.bytes
        }
        return plan
    }

    /// The clips that are older than clips are kept, oldest first, at most `budget` of them.
    ///
    /// A camera's clips follow each other in time but for steps of the clock, so its first young
    /// clip ends the search; one that seems to lie in the future does not. A clip of an uncertain
    /// clock is as old as the next one of a clock that could be right.
    func expired(
        at now: WallTime, among ledger: ClipLedger, budget: Int
    ) -> [Deletion] {
        var found: [StoredClip] = []
        for camera in ledger.cameras {
            guard let age = limits.maximumAge(of: camera) else { continue }
            var expired: [StoredClip] = []
            var undated: [StoredClip] = []
            for clip in ledger.clips(of: camera)
            where clip.start <= now || !clip.isClockCertain {
                guard clip.isClockCertain else {
                    undated.append(clip)
                    continue
                }
                guard expired.count < budget, now - clip.start > age else {
                    undated = []
                    break
                }
                expired += undated + [clip]
                undated = []
            }
            // A camera that never knew the time is dated by another one's clips.
            if let first = undated.first,
                let dated = ledger.oldestFirst.first(where: {
                    $0.isClockCertain && $0.start <= now && first < $0
                }), now - dated.start > age
            {
                expired += undated.prefix { $0 < dated }
            }
            found += expired
        }
        return found.sorted().prefix(max(0, budget)).map { Deletion(clip: $0, reason: .age) }
    }
}
