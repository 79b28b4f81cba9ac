import Platform
import Synchronization

/// A look through a volume that the writer asked for; whoever asked may call it off.
final class ScanJob: Sendable {
    let volume: Volume
    private let cancelled = Atomic<Bool>(false)

    init(_ volume: Volume) { self.volume = volume }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Lets it end at the next file; what it still tells is of no interest.
    func cancel() { cancelled.store(true, ordering: .relaxed) }
}

/// What the scan thread is told.
enum ScanMessage: Sendable {
    case look(ScanJob)
    case stop
}

/// The scan thread: looks through volumes until it is told to stop, so that a first start on a huge
/// folder keeps no camera waiting.
///
/// - Parameters:
///   - known: the clips that an index knows.
///   - tell: told each finding, with its job.
func scanLoop(
    _ mailbox: Mailbox<ScanMessage>, known: (Volume) -> [String: StoredClip],
    tell: (ScanJob, VolumeScanner.Finding) -> Void
) {
    while true {
        for message in mailbox.take(waitingAtMost: nil) {
            guard case .look(let job) = message else { return }
            guard !job.isCancelled else { continue }
            VolumeScanner(
                job.volume, known: known(job.volume), isStopping: { job.isCancelled }
            ).run { tell(job, $0) }
        }
    }
}
