import Glibc
import Platform

/// Keeps a volume within its limits: knows what is used and deletes before more is taken.
///
/// Belongs to the writer thread.
struct RoomKeeper {
    let volume: Volume
    var retention: Retention
    private(set) var ledger = ClipLedger()
    /// Clips that may not be deleted; they count.
    private(set) var protected = ClipLedger()
    private var protections: [Protection] = []
    private var isCrowded = false
    /// What counts for clips that are not final, by path; they are never deleted.
    private var open: [String: Int64] = [:]
    private var openTotal: Int64 = 0
    /// Bytes that count and are no clip's: marker, index, log, folders, what was put aside.
    private var overhead: Int64 = 0
    private var unmovable: Int64 = 0
    private var folders = 0
    private var ages = AgeBudget()
    /// What people exported; it counts, and nobody deletes it.
    var exports = ExportRoom()

    private static let folderBytes: Int64 = 4096

    init(volume: Volume, retention: Retention, scan: VolumeScan) {
        self.volume = volume
        self.retention = retention
        ledger.insert(contentsOf: scan.final)
        for clip in scan.open { setOpen(clip.path, to: clip.bytes) }
        unmovable = scan.quarantinedBytes
        folders = scan.folders
    }

    /// Bytes that count for the limit of the folder.
    var used: Int64 {
        ledger.bytes + protected.bytes + openTotal + overhead + unmovable + exports.bytes
            + Int64(folders) * Self.folderBytes
    }

    /// Counts a clip that is not final; nil when it is gone or final.
    mutating func setOpen(_ path: String, to bytes: Int64?) {
        openTotal += (bytes ?? 0) - (open.removeValue(forKey: path) ?? 0)
        if let bytes { open[path] = bytes }
    }

    /// Counts a clip as final from now on.
    mutating func close(_ clip: StoredClip) {
        setOpen(clip.path, to: nil)
        if isProtected(clip) { protected.insert(clip) } else { ledger.insert(clip) }
    }

    private func isProtected(_ clip: StoredClip) -> Bool {
        protections.contains { $0.covers(clip) }
    }

    /// Reads what is protected now; returns whether that has changed.
    ///
    /// - Throws: `SystemError` if that cannot be known; then nothing may be deleted.
    private mutating func readProtections() throws(SystemError) -> Bool {
        let new = try ProtectionList(disk: volume.disk, root: volume.root).all()
        guard new != protections else { return false }
        protections = new
        let all = Array(ledger.clips) + Array(protected.clips)
        (ledger, protected) = (ClipLedger(), ClipLedger())
        ledger.insert(contentsOf: all.filter { !isProtected($0) })
        protected.insert(contentsOf: all.filter { isProtected($0) })
        return true
    }

    /// Says once when protected clips leave less than a tenth of the limit to what is recorded.
    private mutating func warnOfCrowding(tell: (ArchiveEvent) -> Void) {
        guard let limit = retention.limits.maximumBytes else { return }
        let wasCrowded = isCrowded
        isCrowded = protected.bytes > limit / 10 * 9
        guard isCrowded, !wasCrowded else { return }
        tell(.protectionsCrowd(bytes: protected.bytes, limit: limit))
    }

    /// Counts a file that was put aside for a person.
    mutating func setAside(_ path: String) {
        unmovable += open[path] ?? 0
        setOpen(path, to: nil)
    }

    mutating func countNewFolder() { folders += 1 }

    /// Whether `extra` bytes more fit, or would if clips were deleted.
    func canMake(_ extra: Int64) -> Bool {
        // A disk that does not answer is met, and told of, by who asks next.
        guard let free = try? volume.space().free else { return true }
        return retention.plan(for: extra, used: used, free: free, among: ledger).fits
    }

    /// Deletes clips until `extra` bytes more fit, and tells whether they do.
    mutating func make(
        _ extra: Int64, today: WallTime, tell: (ArchiveEvent) -> Void
    ) throws(SystemError) -> Bool {
        while true {
            let plan = retention.plan(
                for: extra, used: used, free: try volume.space().free, among: ledger)
            // What is protected was asked for a moment ago, perhaps; ask before each deletion.
            if !plan.fits || !plan.deletions.isEmpty, try readProtections() { continue }
            guard plan.fits else { return false }
            // What could not be deleted still counts, so the next plan takes others.
            if delete(plan.deletions, today: today, tell: tell) { return true }
        }
    }

    /// Deletes the oldest clips until `bytes` are freed, because the disk had less than it said.
    mutating func evict(
        _ bytes: Int64, today: WallTime, tell: (ArchiveEvent) -> Void
    ) -> Bool {
        // A list that cannot be read now protects what it did before.
        _ = try? readProtections()
        var freed: Int64 = 0
        while freed < bytes, let oldest = ledger.clips.first {
            let deletion = Retention.Deletion(clip: oldest, reason: .freeSpace)
            if delete([deletion], today: today, tell: tell) { freed += oldest.bytes }
        }
        return freed >= bytes
    }

    /// Deletes what is too old, and looks again at what is not a clip's.
    mutating func sweep(
        now: WallTime, monotonic: MonotonicTime, clockTrusted: Bool,
        tell: (ArchiveEvent) -> Void
    ) throws(SystemError) {
        overhead = try measureOverhead()
        try exports.measure(volume)
        _ = try readProtections()
        warnOfCrowding(tell: tell)
        guard clockTrusted else { return }
        let budget = ages.remaining(now: monotonic, total: ledger.clips.count)
        let expired = retention.expired(at: now, among: ledger, budget: budget)
        ages.spend(expired.count)
        _ = delete(expired, today: now, tell: tell)
    }

    /// Returns false if one of them could not be deleted; it then counts and is left alone.
    private mutating func delete(
        _ deletions: [Retention.Deletion], today: WallTime, tell: (ArchiveEvent) -> Void
    ) -> Bool {
        var all = true
        for deletion in deletions {
            let clip = deletion.clip
            ledger.remove(clip)
            do throws(SystemError) {
                try volume.disk.remove(clip.path, in: volume.root)
                removeFolder(of: clip, today: today)
                tell(
                    .clipDeleted(
                        path: clip.path, camera: clip.camera, bytes: clip.bytes,
                        reason: deletion.reason))
            } catch {
                all = false
                unmovable += clip.bytes
                tell(.deletionFailed(path: clip.path, cause: error))
            }
        }
        return all
    }

    /// Removes the day's folder if that was its last clip; today's stays, the next clip needs it.
    private mutating func removeFolder(of clip: StoredClip, today: WallTime) {
        guard let end = clip.path.lastIndex(of: "/") else { return }
        let folder = String(clip.path[..<end])
        guard folder != ClipName.dayFolder(camera: clip.camera, at: today) else { return }
        do throws(SystemError) {
            try volume.disk.unlinkat(volume.root, folder, AT_REMOVEDIR)
            folders -= 1
        } catch {
            // Other files, or newer clips, are still in it.
        }
    }

    private func measureOverhead() throws(SystemError) -> Int64 {
        // What is not a clip's grows between two looks: the index a row at a time, the log a line.
        let growth = min(1 << 20, (retention.limits.maximumBytes ?? 0) / 256)
        var bytes = 2 * Self.folderBytes + growth
        let own = try volume.disk.openat(
            volume.root, Volume.privateFolder, O_RDONLY | O_DIRECTORY, 0)
        for entry in try volume.disk.readdir(own) where entry.kind == .file {
            bytes += size(entry.name, in: own)
        }
        for entry in try volume.disk.readdir(volume.root)
        where entry.kind == .file && entry.name.hasPrefix(Volume.logPrefix) {
            bytes += size(entry.name, in: volume.root)
        }
        return bytes
    }

    /// What a file counts for; 0 if it went meanwhile, as the files of a database do.
    private func size(_ name: String, in folder: DiskFile) -> Int64 {
        guard let file = try? volume.disk.openat(folder, name, O_RDONLY, 0) else { return 0 }
        return (try? volume.disk.fstat(file).counted) ?? 0
    }
}
