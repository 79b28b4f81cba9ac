import Platform

/// What the index thread is told.
enum IndexMessage: Sendable {
    /// A volume takes clips: bring its index in step.
    case mounted
    /// The volume is gone: let go of its files.
    case unmounted
    /// Nothing can be recorded for this reason.
    case trouble(VolumeTrouble, at: WallTime)
    /// This clip began or ended, or went.
    case look(path: String)
    /// This clip takes pictures.
    case opened(ClipFacts)
    /// This clip takes no more pictures, for a cause of which another may be known by then.
    case ended(ClipFacts, at: WallTime, GapCause)
    /// This camera is not recorded, for a reason.
    case notRecorded(camera: String?, GapCause, String, at: WallTime)
    /// This clip was deleted.
    case deleted(Deletion)
    case stop

    /// A clip that was deleted, and why.
    struct Deletion: Hashable, Sendable {
        var path: String
        var camera: String?
        var bytes: Int64
        var reason: DeletionReason
        var time: WallTime
    }

    /// What an event means for the index and for the gaps.
    static func all(for event: ArchiveEvent, now: WallTime) -> [IndexMessage] {
        switch event {
        case .clipOpened(let clip):
            [.look(path: clip.path), .opened(clip)]
        case .clipEnded(let clip, let ending):
            [.ended(clip, at: ending.end, GapCause(ending.reason))]
        case .clipFinalized(let clip, _):
            [.look(path: clip.path)]
        case .clipAbandoned(let clip, _), .clipSuspect(let clip, _):
            [
                .ended(clip, at: clip.start + clip.mediaDuration, .diskFailing),
                .look(path: clip.path),
            ]
        case .clipRecovered(let path, _):
            [.look(path: path)]
        case .clipDeleted(let path, let camera, let bytes, let reason):
            [
                .deleted(
                    Deletion(path: path, camera: camera, bytes: bytes, reason: reason, time: now))
            ]
        case .volumeDown(let trouble):
            [.trouble(trouble, at: now)] + (trouble == .notMounted ? [.unmounted] : [])
        case .volumeBack: [.mounted]
        default: []
        }
    }
}
