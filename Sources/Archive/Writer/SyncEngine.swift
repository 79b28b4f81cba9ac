import Glibc
import ISOBMFF
import Platform

/// Makes bytes safe by cadence and clips final; belongs to the sync thread.
///
/// Clips take turns, so a disk that is too slow for the cadence makes all of them wait a little
/// instead of some for ever. It starts no thread, so that a test can take every step.
final class SyncEngine {
    private struct Watched {
        let target: SyncTarget
        /// Bytes that are safe.
        var safe: Int64 = 0
        var due: MonotonicTime
    }

    private let interval: Duration
    private let clocks: any Clocks
    private let report: (SyncReport) -> Void
    private var watched: [Watched] = []
    /// Clips of which the disk has lost bytes.
    ///
    /// A later sync would succeed and prove nothing: the kernel reports the loss once.
    private var failed: [UInt64: SystemError] = [:]
    private var finals: [(clip: OpenClip, ending: ClipEnding)] = []
    private var recoveries: [(path: String, volume: Volume)] = []

    init(interval: Duration, clocks: any Clocks, report: @escaping (SyncReport) -> Void) {
        self.interval = interval
        self.clocks = clocks
        self.report = report
    }

    func accept(_ job: SyncJob) {
        switch job {
        case .watch(let target):
            // At once: before its name and its first sector are safe a clip cannot be recovered.
            watched.append(Watched(target: target, due: clocks.monotonic))
        case .drop(let target):
            watched.removeAll { $0.target === target }
            failed[target.id] = nil
        case .finalize(let clip, let ending):
            finals.append((clip, ending))
        case .recover(let path, let volume):
            recoveries.append((path, volume))
        }
    }

    /// How long there is nothing to do.
    var idleTime: Duration? {
        guard finals.isEmpty, recoveries.isEmpty else { return .zero }
        return watched.map(\.due).min().map { max(.zero, $0 - clocks.monotonic) }
    }

    /// Makes the clip safe whose turn it is, and one clip final; returns whether clips wait to be.
    func step() -> Bool {
        syncNext()
        if !finals.isEmpty {
            let (clip, ending) = finals.removeFirst()
            finalize(clip, ending)
        } else if !recoveries.isEmpty {
            let (path, volume) = recoveries.removeFirst()
            recover(path, on: volume)
        }
        return !finals.isEmpty
    }

    /// Forgets the clips that are only to be looked through; the next start does it.
    func forgetRecoveries() { recoveries = [] }

    private func syncNext() {
        let now = clocks.monotonic
        let due = watched.indices.filter { watched[$0].due <= now }
        guard let next = due.min(by: { watched[$0].due < watched[$1].due }) else { return }
        watched[next].due = now + interval
        let (target, safe, end) = (
            watched[next].target, watched[next].safe, watched[next].target.end
        )
        guard end > safe else { return }
        let disk = target.volume.disk
        do throws(SystemError) {
            if safe == 0 { try syncNames(of: target) }
            try disk.fdatasync(target.file)
            disk.dropCache(target.file, at: safe, count: end - safe)
            watched[next].safe = end
        } catch {
            watched.remove(at: next)
            failed[target.id] = error
            report(.syncFailed(target.id, error))
        }
    }

    private func syncNames(of target: SyncTarget) throws(SystemError) {
        try target.volume.disk.syncNames(of: target.file.path, in: target.volume.root)
    }

    private func finalize(_ clip: OpenClip, _ ending: ClipEnding) {
        let index = watched.firstIndex { $0.target === clip.target }
        let isNameSafe = index.map { watched[$0].safe > 0 } ?? true
        if let index { watched.remove(at: index) }
        do throws(ClipFault) {
            if let error = failed.removeValue(forKey: clip.target.id) {
                throw ClipFault.system(error)
            }
            if !isNameSafe {
                do throws(SystemError) { try syncNames(of: clip.target) } catch {
                    throw ClipFault.system(error)
                }
            }
            let status = try clip.finalize(ending, on: clip.target.volume.disk)
            clip.target.volume.disk.dropCache(clip.target.file, at: 0, count: 0)
            report(.finalized(clip, ending, status))
        } catch {
            report(.notFinalized(clip, ending, error))
        }
    }

    private func recover(_ path: String, on volume: Volume) {
        let outcome = Recovery(disk: volume.disk, root: volume.root, tidies: true).recover(path)
        let now = (try? StoredClip(finalAt: path, on: volume)) ?? nil
        report(.recovered(path: path, outcome, now: now))
    }
}
