public import ISOBMFF
public import Platform

/// What became of a file that a crash, or a failing disk, had left.
public enum RecoveryOutcome: Hashable, Sendable {
    /// It was final already.
    case untouched(ClipEnd)
    /// It is final now; so many bytes at its end were no whole fragment and were cut off.
    case finalized(ClipEnd, cutBytes: Int64)
    /// It held no whole fragment and was removed from its volume.
    case removed
    /// It is not understood and was renamed in its volume to end in `.quarantined`, whole.
    case quarantined(reason: String)
    /// It holds no whole fragment; it was not touched.
    case empty
    /// It is not understood, perhaps no clip of this program at all; it was not touched.
    case notUnderstood(reason: String)
    /// The disk failed; the file is as far along as a crash may leave it, and is tried again.
    case failed(SystemError)
}
