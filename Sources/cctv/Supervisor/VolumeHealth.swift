import Archive
import Platform

/// Whether the disk takes clips, and what a person should mend about it.
struct VolumeHealth: Sendable {
    /// What keeps it from taking clips, and since when.
    private(set) var trouble: (what: VolumeTrouble, since: Instant)?
    /// When its queue was last full.
    private(set) var lastFull: Instant?

    /// A disk that was too slow is worth telling of for so long.
    static let slowFor = Duration.seconds(60)

    mutating func note(_ event: ArchiveEvent, at now: Instant) {
        switch event {
        case .volumeDown(let what): trouble = (what, trouble?.since ?? now)
        case .volumeBack: trouble = nil
        case .queueFull: lastFull = now
        default: break
        }
    }

    /// Whether the folder's path leads to another disk or none.
    var isAway: Bool { trouble?.what == .notMounted }
}
