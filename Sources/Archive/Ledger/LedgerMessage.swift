import Platform

/// What a recorder tells the thread that keeps the gap ledger.
enum LedgerMessage: Hashable, Sendable {
    case event(LedgerEvent, camera: String?, Instant)
    case cameras([String], Instant)
    case loss(camera: String, packets: Int, frames: Int)
    case deleted(camera: String, start: WallTime)
    case stop

    /// Whether the ledger stays right without it while its disk is away, when no clip is written: what
    /// one camera did then is explained by the disk.
    private var mayBeLost: Bool {
        switch self {
        case .event(let event, let camera, _):
            switch event {
            case .enabled, .disabled, .stopping, .diskDown, .diskBack, .frozen: false
            case .connecting, .failed, .clipBegun, .clipOpened, .clipEnded, .clipFailed, .refused,
                .accepted:
                camera != nil
            }
        case .loss, .deleted: true
        case .cameras, .stop: false
        }
    }

    /// Leaves out as many as are more than `limit`, the oldest first, of those that may be lost.
    static func trim(_ messages: inout [LedgerMessage], to limit: Int) {
        var excess = messages.count - limit
        guard excess > 0 else { return }
        messages.removeAll { message in
            guard excess > 0, message.mayBeLost else { return false }
            excess -= 1
            return true
        }
    }
}
