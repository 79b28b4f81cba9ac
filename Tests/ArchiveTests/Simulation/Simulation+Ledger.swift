import AVRemux
import ISOBMFF
import Platform
import TestSupport

@testable import Archive

// What the ledger hears, and what it must be able to say.
extension Simulation {
    func endClip(_ index: Int, _ reason: EndReason, _ cause: LedgerCause?) {
        guard let clip = clips.removeValue(forKey: index) else { return }
        tell(
            .clipEnded(start: clip.start.wall, end: clip.lastEnd, cause), of: cameras[index].name)
        rig.end(
            clip.handle,
            ClipEnding(
                reason: reason, end: clip.lastEnd.wall, endMonotonic: clip.lastEnd.monotonic))
    }

    func tell(_ event: LedgerEvent, of name: String?) {
        book.apply(event, of: name, now: Instant(clocks))
    }

    /// Takes note of what the archive has told since.
    func hear() {
        for event in rig.events.dropFirst(eventsSeen) {
            switch event {
            case .clipOpened(let clip):
                counts.clips += 1
                records.open(clip)
                tell(.clipOpened(start: clip.start), of: clip.camera)
            case .clipFinalized(let clip, _): records.finalize(clip)
            case .clipRefused(let camera, let cause):
                tell(.clipFailed(start: nil, .diskError, detail: "\(cause)"), of: camera)
            case .clipAbandoned(let clip, let cause):
                records.hurt(clip)
                tell(
                    .clipFailed(start: clip.start, .diskError, detail: "\(cause)"), of: clip.camera)
            case .clipSuspect(let clip, let cause):
                records.hurt(clip)
                tell(
                    .clipFailed(start: clip.start, .diskError, detail: "\(cause)"), of: clip.camera)
            case .volumeDown: tell(.diskDown(.diskError, detail: ""), of: nil)
            case .volumeBack: tell(.diskBack, of: nil)
            case .clipDeleted(let path, let camera, let start, _, let reason):
                counts.deletions += 1
                if let camera, reason != .empty { book.delete(start, of: camera) }
                if reason == .cameraLimit, camera != "camera-1" {
                    fail("\(path) was deleted for the limit of another camera")
                }
                if let problem = problem(withDeletionOf: path, for: reason) { fail(problem) }
                records.delete(path)
            case .deletionFailed(let path, _): records.doubt(path)
            case .clipReplaced(let path, _, _): fail("\(path) is not what it was")
            case .clipMissing(let path, _): fail("\(path) is missing")
            case .protectionsDamaged: fail("the list of protections is damaged")
            default: break
            }
        }
        eventsSeen = rig.events.count
    }

    /// Writes what is new, as the ledger's thread does.
    func writeLedger(isLast: Bool = false) {
        book.tick(now: Instant(clocks), isLast: isLast)
        let lines = book.lines
        do {
            let ledger = file()
            try ledger.append(lines, isSafe: true)
            book.lines.removeFirst(lines.count)
            try ledger.beat(Instant(clocks))
            if steps % Self.stepsPerPruning == 0 { try ledger.prune(now: clocks.wall) }
        } catch {
            // They wait; a disk that is back takes them.
        }
    }

    /// What is wrong with a deletion: the oldest goes first, and for its age only what is old by a
    /// clock that somebody vouches for.
    private func problem(withDeletionOf path: String, for reason: DeletionReason) -> String? {
        switch reason {
        case .empty: return nil
        case .age:
            guard isClockTrusted else { return "\(path) was deleted for its age by a wrong clock" }
            guard path.hasPrefix("camera-2/") else { return "\(path) may have any age" }
            let isYoung = records.isCertain(path) && records.age(path, at: clocks.wall) <= Self.age
            return isYoung ? "\(path) was deleted for its age and is younger" : nil
        case .cameraLimit, .folderLimit, .freeSpace:
            // What could not be deleted or made final because of the disk is passed over.
            guard !hadDiskTrouble, let older = records.older(than: path, reason: reason) else {
                return nil
            }
            return "\(path) was deleted before \(older)"
        }
    }

    /// The ledger of the volume, wherever it is mounted.
    func file() -> LedgerFile {
        LedgerFile(folder: DiskImage.folder, volume: uuid, disk: disk)
    }
}
