/// What must be done with a file that a crash may have left, so that it is a final clip.
///
/// Making a plan only reads. Whoever acts on it follows `Finalization`'s order of writes and may be
/// killed at any point: the next plan goes on from there.
public enum RecoveryPlan: Hashable, Sendable {
    /// The clip is final and whole; nothing is to be done.
    case alreadyFinal(ClipEnd)
    /// Cut the file at this offset, sync, and finalize it.
    case finalize(truncateTo: UInt64, ClipEnd, Finalization)
    /// Write these eight bytes at this offset, sync, and make another plan.
    ///
    /// The header says final, but the `moov` at the end is missing or damaged: the clip becomes
    /// an open one again, from which everything can be made anew.
    case restoreHeader(at: UInt64, bytes: [UInt8])
    /// There is no whole fragment in the file and nothing that could be one.
    case empty
    /// The file is not understood; it must be kept for a person to look at.
    case quarantine(reason: String)

    /// Makes a plan for the file `source`, reading it once in pieces.
    ///
    /// - Parameter verifyFrom: bytes before this offset are known to have reached the disk; the
    ///   contents of fragments from there on are checked, those before by structure only.
    /// - Throws: `ReadError` if the disk fails.
    public static func make(
        for source: borrowing some RandomAccess, verifyFrom: UInt64 = 0
    ) throws(ReadError) -> RecoveryPlan {
        .quarantine(reason: "")
    }
}
