import Platform

/// What the index thread is told.
enum IndexMessage: Sendable {
    /// A volume takes clips: bring its index in step.
    case mounted
    /// The volume is gone: let go of its files.
    case unmounted
    /// This clip began or ended, or went.
    case look(path: String)
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

    /// What an event means for the index; nil if nothing.
    init?(_ event: ArchiveEvent, now: WallTime) {
        switch event {
        case .clipOpened(let clip), .clipFinalized(let clip, _), .clipAbandoned(let clip, _):
            self = .look(path: clip.path)
        case .clipRecovered(let path, _), .clipReplaced(let path, _, _),
            .clipMissing(let path, _):
            self = .look(path: path)
        case .clipDeleted(let path, let camera, _, let bytes, let reason):
            self = .deleted(
                Deletion(path: path, camera: camera, bytes: bytes, reason: reason, time: now))
        case .volumeDown(.notMounted): self = .unmounted
        case .volumeBack: self = .mounted
        default: return nil
        }
    }
}
