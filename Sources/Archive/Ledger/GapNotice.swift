public import Platform

/// Something about gaps that a person should hear of; told on the ledger's thread.
public enum GapNotice: Sendable {
    /// Pictures of a camera have been missing for some seconds.
    case open(camera: String, cause: LedgerCause, detail: String, since: WallTime)
    /// Pictures come again after some seconds without; the causes in their order.
    case closed(camera: String, causes: [LedgerCause], start: WallTime, length: Duration)
    /// Lines of the ledger were torn, as a power cut leaves them, and are not counted.
    case unreadable(lines: Int)
    /// The ledger cannot be written; its lines wait in memory.
    case failed(SystemError)
    /// The ledger is written again.
    case recovered
}
