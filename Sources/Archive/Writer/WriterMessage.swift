import ISOBMFF
import Platform

/// What the writer thread is asked or told.
enum WriterMessage: Sendable {
    case begin(ClipHandle, NewClip)
    case append(ClipHandle, Fragment)
    case end(ClipHandle, ClipEnding)
    case synced(SyncReport)
    case scanned(ScanJob, VolumeScanner.Finding)
    case limits(RetentionLimits)
    /// Make room for an export of that number; the answer is whether there is.
    case reserve(export: Int64, bytes: Int64, answer: @Sendable (Bool) -> Void)
    /// The export of that number ended, or was deleted.
    case settle(export: Int64)
    case stop
}

/// What the sync thread is told.
enum SyncMessage: Sendable {
    case job(SyncJob)
    /// End once all clips are final.
    case stop
}

/// What the sync thread is asked: everything that waits for the disk's own memory.
enum SyncJob: Sendable {
    /// Keep the file safe by cadence from now on.
    case watch(SyncTarget)
    /// Stop doing so; the file is given up.
    case drop(SyncTarget)
    /// Make the open clip final.
    case finalize(OpenClip, ClipEnding)
    /// Read a clip that may be damaged back from the disk and save what is whole.
    case recover(path: String, on: Volume)
}

/// What the sync thread has found.
enum SyncReport: Sendable {
    /// The disk failed to keep bytes it had taken (clip's number, reason).
    case syncFailed(UInt64, SystemError)
    /// A clip is final.
    case finalized(OpenClip, ClipEnding, FileStatus)
    /// A clip could not be made final; it is an open clip as before.
    case notFinalized(OpenClip, ClipEnding, ClipFault)
    /// A clip was looked through after a crash or a disk error; what stands there, if it is final.
    case recovered(path: String, RecoveryOutcome, now: StoredClip?)
}
