import Glibc
import ISOBMFF
import Platform

/// Makes clips final that a crash has left open, and puts aside what nobody understands.
///
/// May be killed at any call: the next run goes on from there.
struct Recovery {
    let disk: any Disk
    let root: DiskFile
    /// Whether files that are no use in a volume are removed and put aside, or only reported.
    let tidies: Bool

    /// Each restored header makes an open clip, whose plan restores nothing.
    private static let maximumPlans = 3

    /// Looks through one file and does what its plan says.
    func recover(_ path: String) -> RecoveryOutcome {
        do throws(SystemError) {
            let file = try disk.openat(root, path, O_RDWR, 0)
            // What a failing disk did not keep is in memory still: look at what it did keep.
            disk.dropCache(file, at: 0, count: 0)
            for _ in 0..<Self.maximumPlans {
                if let outcome = try step(file, path) { return outcome }
            }
            return .failed(SystemError(call: "recover", subject: path, code: EIO))
        } catch {
            return .failed(error)
        }
    }

    /// Makes one plan and acts on it; nil if another one is needed.
    private func step(
        _ file: DiskFile, _ path: String
    ) throws(SystemError) -> RecoveryOutcome? {
        let source = try DiskBytes(file, on: disk)
        let plan: RecoveryPlan
        do throws(ReadError) { plan = try RecoveryPlan.make(for: source) } catch {
            throw SystemError(call: "pread", subject: path, code: EIO)
        }
        switch plan {
        case .alreadyFinal(let end):
            return .untouched(end)
        case .restoreHeader(let offset, let bytes):
            try disk.writeOnce(file, bytes, at: Int64(offset))
            try disk.fdatasync(file)
            return nil
        case .finalize(let end, let clipEnd, let finalization):
            try disk.ftruncate(file, to: Int64(end))
            // Who left it open may have died before its name was safe.
            try disk.syncNames(of: path, in: root)
            _ = try disk.apply(finalization, to: file)
            return .finalized(clipEnd, cutBytes: Int64(source.byteCount) - Int64(end))
        case .empty:
            guard tidies else { return .empty }
            try disk.remove(path, in: root)
            return .removed
        case .quarantine(let reason):
            guard tidies else { return .notUnderstood(reason: reason) }
            try quarantine(path)
            return .quarantined(reason: reason)
        }
    }

    private func quarantine(_ path: String) throws(SystemError) {
        for attempt in 1...1000 {
            let name = "\(path)\(attempt == 1 ? "" : "_\(attempt)").quarantined"
            do throws(SystemError) {
                try disk.renameat(root, path, name)
                return try disk.sync(parentOf: path, in: root)
            } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
        throw SystemError(call: "renameat2", subject: path, code: EEXIST)
    }
}
