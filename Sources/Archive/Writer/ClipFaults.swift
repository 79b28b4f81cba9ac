import Glibc
import ISOBMFF
import Platform

// What a fault means: for one clip, for the volume, and what is tried next.
extension ClipEngine {
    /// Deletes clips until `bytes` more may be used for one of `camera`.
    ///
    /// - Throws: `ENOSPC` if deleting makes no room, `cameraFull` if only this camera has none.
    func makeRoom(_ bytes: Int64, of camera: String?) throws(ClipFault) {
        let found: RoomKeeper.Room
        do throws(SystemError) {
            found =
                try room?.make(bytes, of: camera, today: clocks.wall, tell: tell) ?? .none
        } catch { throw .system(error) }
        switch found {
        case .made: break
        case .cameraFull: throw .cameraFull(camera: camera ?? "camera")
        case .none:
            throw .system(
                SystemError(call: "make room", subject: camera ?? "clip", code: ENOSPC))
        }
    }

    /// Makes room for an export and counts it; false if deleting clips makes none.
    func reserve(_ export: Int64, _ bytes: Int64) -> Bool {
        guard trouble == nil, (try? makeRoom(bytes, of: nil)) != nil else { return false }
        room?.exports.reserve(export, bytes: bytes)
        return true
    }

    /// Calls `body`; as long as the disk is full in spite of the limits, deletes and calls again.
    func retryingWhenFull<Value>(
        _ bytes: Int64, _ body: () throws(SystemError) -> Value
    ) throws(SystemError) -> Value {
        for _ in 0..<3 {
            do throws(SystemError) { return try body() } catch {
                guard error.isFull,
                    room?.evict(bytes, today: clocks.wall, tell: tell) ?? false
                else { throw error }
            }
        }
        return try body()
    }

    /// A clip could not be begun; the camera tries again with its next key frame.
    func refused(_ camera: String?, _ fault: ClipFault) {
        switch fault {
        case .system(let error) where error.isFull: goDown(.full)
        case .system(let error) where error.code == EROFS: goDown(.readOnly)
        case .system(let error) where watch.countFailure(): goDown(.failing(error))
        default: tell(.clipRefused(camera: camera, cause: fault))
        }
    }

    /// A clip could not be written; what is whole of it is kept.
    func fail(_ id: UInt64, _ fault: ClipFault) {
        guard let clip = clips[id] else { return }
        switch fault {
        case .format:
            tell(.clipRefused(camera: clip.facts.camera, cause: fault))
            finish(id, lastEnding(of: id, .other))
        case .cameraFull:
            // Once it is final it may go for the next one.
            tell(.clipRefused(camera: clip.facts.camera, cause: fault))
            finish(id, lastEnding(of: id, .sizeLimit))
        case .system(let error) where error.isFull:
            finish(id, lastEnding(of: id, .diskError))
            goDown(.full)
        case .system(let error) where error.code == EROFS:
            goDown(.readOnly)
        case .system(let error):
            clips[id] = nil
            clip.handle.close()
            board.drop(clip.facts)
            sync(.drop(clip.target))
            suspect(clip, error)
        }
    }

    /// The volume as a whole failed a call.
    func diskFailed(_ error: SystemError) {
        switch error.code {
        case EROFS: goDown(.readOnly)
        case ENOSPC, EDQUOT: goDown(.full)
        default: goDown(.failing(error))
        }
    }

    /// Takes what the sync thread has found.
    func take(_ report: SyncReport) {
        switch report {
        case .syncFailed(let id, let error):
            fail(id, .system(error))
        case .finalized(var clip, let ending, let status):
            finishing -= 1
            clip.facts.bytes = status.size
            room?.close(StoredClip(clip.facts, ending, counted: status.counted))
            tell(.clipFinalized(clip.facts, ending))
            board.drop(clip.facts)
        case .notFinalized(let clip, let ending, let fault):
            notFinalized(clip, ending, fault)
        case .recovered(let path, let outcome, let now):
            count(path, outcome, now)
            recovering.done += 1
            tell(.clipRecovered(path: path, outcome))
            tell(.recoveryProgress(done: recovering.done, of: recovering.total))
        }
    }

    /// Where the last whole fragment ends, when nobody is there to say it.
    func lastEnding(of id: UInt64, _ reason: EndReason) -> ClipEnding {
        guard let clip = clips[id] else { return ending(reason) }
        let start = MonotonicTime(nanoseconds: clip.initSegment.header.startMonotonic)
        let duration = clip.facts.mediaDuration
        return ClipEnding(
            reason: reason, end: clip.facts.start + duration, endMonotonic: start + duration)
    }

    /// Damage under a clip: what the disk really kept of it is read back and saved.
    private func suspect(_ clip: OpenClip, _ error: SystemError) {
        tell(.clipSuspect(clip.facts, cause: error))
        recovering.total += 1
        sync(.recover(path: clip.facts.path, on: clip.target.volume))
        if watch.countFailure() { goDown(.failing(error)) }
    }

    private func notFinalized(_ clip: OpenClip, _ ending: ClipEnding, _ fault: ClipFault) {
        if case .system(let error) = fault, error.isFull, clip.retries < 3,
            room?.evict(clip.tailRoom(with: nil), today: clocks.wall, tell: tell) ?? false
        {
            var again = clip
            again.retries += 1
            return sync(.finalize(again, ending))
        }
        finishing -= 1
        board.drop(clip.facts)
        switch fault {
        case .system(let error) where error.code == EROFS:
            tell(.clipAbandoned(clip.facts, cause: fault))
            goDown(.readOnly)
        case .system(let error) where !error.isFull:
            suspect(clip, error)
        default:
            tell(.clipAbandoned(clip.facts, cause: fault))
        }
    }

    private func count(_ path: String, _ outcome: RecoveryOutcome, _ now: StoredClip?) {
        switch outcome {
        case .untouched, .finalized: if let now { room?.close(now) }
        case .removed: room?.open.remove(path)
        case .quarantined: room?.setAside(path)
        case .empty, .notUnderstood, .failed: break
        }
    }
}

extension SystemError {
    /// Whether the disk, or the user's share of it, has no room.
    var isFull: Bool { code == ENOSPC || code == EDQUOT }
}

extension StoredClip {
    init(_ facts: ClipFacts, _ ending: ClipEnding, counted: Int64) {
        self.init(
            sequence: facts.sequence, camera: facts.camera, path: facts.path, start: facts.start,
            end: ending.end, isClockCertain: !facts.clockUncertain, bytes: counted)
    }
}
