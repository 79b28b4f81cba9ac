import Archive
import Console
import Synchronization

/// Counts what happens, for `/metrics`; told by several threads.
final class Tally: Sendable {
    /// Counts what is written to the volume.
    let meter = WriteMeter()

    private struct State {
        var clipsFinished: [String: UInt64] = [:]
        var deletedClips: [String: UInt64] = [:]
    }

    private let state = Mutex(State())

    /// Counts what happened to the volume.
    func count(_ event: ArchiveEvent) {
        switch event {
        case .clipFinalized(let clip, _):
            state.withLock { $0.clipsFinished[GapReporter.name(clip.camera), default: 0] += 1 }
        case .clipDeleted(_, _, _, _, let reason):
            state.withLock { $0.deletedClips[reason.rawValue, default: 0] += 1 }
        default: break
        }
    }

    /// Everything that was counted.
    var counters: RecorderCounters {
        var counters = RecorderCounters()
        state.withLock { state in
            counters.clipsFinished = state.clipsFinished
            counters.deletedClips = state.deletedClips
        }
        let totals = meter.totals
        counters.writtenBytes = totals.bytes
        counters.writeErrors = totals.errors
        counters.writes = .init(
            bounds: WriteMeter.bounds, counts: totals.buckets, sum: totals.seconds)
        return counters
    }
}
