public import Platform

/// What a camera's gap ledger is told, with the instant of each.
public enum LedgerEvent: Hashable, Sendable {
    /// The camera is to be recorded from now on.
    case enabled
    /// The camera is no longer to be recorded.
    case disabled
    /// The camera's recording is ended on purpose; what follows is this, and not the camera's doing.
    case stopping(LedgerCause)
    /// A session is being opened.
    case connecting
    /// A session ended or could not be opened.
    case failed(LedgerCause, detail: String)
    /// A clip was begun with its first picture at `start`; whether the disk takes it is open.
    case clipBegun(start: Instant)
    /// The disk has taken the clip that began at this time.
    case clipOpened(start: WallTime)
    /// The pictures of the clip that began at `start` end at `end`; nil if the next clip follows.
    case clipEnded(start: WallTime, end: Instant, LedgerCause?)
    /// Pictures from `from` on did not find room in the queue to the disk, which is slow or gone.
    case refused(from: Instant, isSlow: Bool)
    /// Pictures from `from` on are taken again.
    case accepted(from: Instant)
    /// Nothing can be written until `diskBack`.
    case diskDown(LedgerCause, detail: String)
    /// A clip was not begun, or the one that began at `start` was cut off.
    case clipFailed(start: WallTime?, LedgerCause, detail: String)
    /// The disk takes clips again.
    case diskBack
    /// The recorder did not run from `from` on until now: it was frozen, or the machine slept.
    case frozen(from: Instant)
}
