import Glibc
import Platform

/// Keeps a volume within its limits: knows what is used and deletes before more is taken.
///
/// Belongs to the writer thread.
struct RoomKeeper {
    let volume: Volume
    var retention: Retention
    var ledger = ClipLedger()
    /// Clips that may not be deleted; they count.
    private(set) var protected = ClipLedger()
    private var protections: [Protection] = []
    private var damagedProtections: [[UInt8]] = []
    private var isCrowded = false
    var open = OpenClips()
    /// Bytes that count and are no clip's: marker, index, log, folders, what was put aside.
    private var overhead: Int64 = 0
    var unmovable: Int64 = 0
    /// Folders of days and cameras with clips, relative to the volume.
    var folders: Set<String> = []
    private var ages = AgeBudget()
    private var unseen: Unseen? = Unseen()
    /// What people exported; it counts, and nobody deletes it.
    var exports = ExportRoom()

    private static let folderBytes: Int64 = 4096

    /// Begins to keep a volume of which nothing is known yet.
    init(volume: Volume, retention: Retention) {
        self.volume = volume
        self.retention = retention
    }

    /// Bytes that count for the limit of the folder, as far as they are known.
    var used: Int64 {
        ledger.bytes + protected.bytes + open.bytes + overhead + unmovable
            + exports.bytes + Int64(folders.count) * Self.folderBytes
    }

    private func plan(
        for extra: Int64, of camera: String?
    ) throws(SystemError) -> Retention.Plan {
        let space = try volume.space()
        var use = Retention.Use(
            folder: used,
            camera: ledger.bytes(of: camera) + protected.bytes(of: camera)
                + open.bytes(of: camera), free: space.free)
        if let unseen {
            guard let sizes = unseen.sizes else {
                // Whatever lies in the folder lies on the volume; what may go is not known.
                use.folder = max(use.folder, space.total - space.free)
                use.camera = use.folder
                return retention.plan(for: extra, of: camera, use: use, among: ClipLedger())
            }
            use.folder += sizes.values.reduce(0, +)
            use.camera += sizes[camera] ?? 0
        }
        return retention.plan(for: extra, of: camera, use: use, among: ledger)
    }

    /// Counts a clip as final from now on.
    mutating func close(_ clip: StoredClip) {
        open.remove(clip.path)
        if isProtected(clip) { protected.insert(clip) } else { ledger.insert(clip) }
    }

    private func isProtected(_ clip: StoredClip) -> Bool {
        protections.contains { $0.covers(clip) }
    }

    /// Counts a file that was put aside for a person.
    mutating func setAside(_ path: String) {
        unmovable += open.bytes(at: path) ?? 0
        open.remove(path)
    }

    /// Whether `extra` bytes more fit for a clip of `camera`, or would if clips were deleted.
    func canMake(_ extra: Int64, of camera: String?) -> Bool {
        // A disk that does not answer is met, and told of, by who asks next.
        guard let plan = try? plan(for: extra, of: camera) else { return true }
        return plan.fits
    }

    /// Whether there was room, and whose limit it was that left none.
    enum Room { case made, none, cameraFull }

    /// Deletes clips until `extra` bytes more fit for a clip of `camera`, and tells whether they do.
    mutating func make(
        _ extra: Int64, of camera: String?, today: WallTime, tell: (ArchiveEvent) -> Void
    ) throws(SystemError) -> Room {
        while true {
            let plan = try plan(for: extra, of: camera)
            // What is protected was asked for a moment ago, perhaps; ask before each deletion.
            if !plan.fits || !plan.deletions.isEmpty, try readProtections(today, tell: tell) {
                continue
            }
            guard plan.fits else { return plan.isCameraFull ? .cameraFull : .none }
            // What could not be deleted still counts, so the next plan takes others.
            if delete(plan.deletions, today: today, tell: tell) { return .made }
        }
    }

    /// Deletes the oldest clips until `bytes` are freed, because the disk had less than it said.
    mutating func evict(
        _ bytes: Int64, today: WallTime, tell: (ArchiveEvent) -> Void
    ) -> Bool {
        // A list that cannot be read now protects what it did before.
        _ = try? readProtections(today, tell: tell)
        var freed: Int64 = 0
        while freed < bytes {
            var oldestFirst = ledger.oldestFirst
            guard let oldest = oldestFirst.next() else { break }
            let deletion = Retention.Deletion(clip: oldest, reason: .freeSpace)
            if delete([deletion], today: today, tell: tell) { freed += oldest.bytes }
        }
        return freed >= bytes
    }

    /// Deletes what is too old or above a limit, and looks again at what is not a clip's.
    mutating func sweep(
        now: WallTime, monotonic: MonotonicTime, clockTrusted: Bool,
        tell: (ArchiveEvent) -> Void
    ) throws(SystemError) {
        overhead = try measureOverhead()
        try exports.measure(volume)
        _ = try readProtections(now, tell: tell)
        warnOfCrowding(tell: tell)
        guard unseen == nil else { return }
        if clockTrusted {
            let budget = ages.remaining(now: monotonic, total: ledger.count)
            let expired = retention.expired(at: now, among: ledger, budget: budget)
            ages.spend(expired.count)
            _ = delete(expired, today: now, tell: tell)
        }
        // A limit may have been lowered.
        for camera in retention.limits.cameras.keys.sorted() {
            _ = try make(0, of: camera, today: now, tell: tell)
        }
        _ = try make(0, of: nil, today: now, tell: tell)
    }
}

// What a look through the volume finds while clips are recorded already.
extension RoomKeeper {
    /// What lies in the folder and was not looked at yet.
    private struct Unseen {
        /// Bytes of files that look like clips, by the folder of their camera; nil until they are
        /// measured.
        var sizes: [String?: Int64]?
    }

    /// Whether more is to be found.
    var isIncomplete: Bool { unseen != nil }

    /// From now on files of these sizes count, until they are looked at.
    mutating func expect(_ sizes: [String?: Int64], folders: [String]) {
        self.folders.formUnion(folders)
        unseen = Unseen(sizes: sizes)
    }

    /// Counts clips as what they are.
    mutating func learn(_ scan: VolumeScan) {
        for (camera, bytes) in scan.sizes { unseen?.sizes?[camera, default: 0] -= bytes }
        ledger.insert(contentsOf: scan.final.filter { !isProtected($0) })
        protected.insert(contentsOf: scan.final.filter(isProtected))
        for clip in scan.open { open.set(clip.path, of: clip.camera, to: clip.bytes) }
        unmovable += scan.quarantinedBytes
    }

    /// Counts a clip that a crash left open with the index that recovery will give it.
    mutating func countIndex(of path: String) {
        open.add(max(1 << 16, (open.bytes(at: path) ?? 0) / 64), to: path)
    }

    /// All that lies in the folder was looked at.
    mutating func knowAll() { unseen = nil }
}

// What may not be deleted.
extension RoomKeeper {
    /// Reads what is protected now; returns whether that has changed.
    ///
    /// - Throws: `SystemError` if that cannot be known; then nothing may be deleted.
    private mutating func readProtections(
        _ now: WallTime, tell: (ArchiveEvent) -> Void
    ) throws(SystemError) -> Bool {
        let list = ProtectionList(disk: volume.disk, root: volume.root)
        var contents = try list.read()
        if !contents.damaged.isEmpty {
            // A clock that is behind must not protect less than there is.
            let until = (ledger.all + protected.all).reduce(now) { max($0, $1.end) }
            if contents.damaged != damagedProtections {
                tell(.protectionsDamaged(lines: contents.damaged.count, until: until))
            }
            damagedProtections = contents.damaged
            // Once mended it says so by itself; until then it is asked again.
            try? list.mend(until: until)
            contents.mend(until: until)
        }
        guard contents.protections != protections else { return false }
        protections = contents.protections
        let all = ledger.all + protected.all
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
}

// What counts and is no clip.
extension RoomKeeper {
    private func measureOverhead() throws(SystemError) -> Int64 {
        // What is not a clip's grows between two looks: the log by lines, the index by rows, and its
        // own log by up to 410 kB before it begins anew.
        let growth = min(1 << 20, (retention.limits.maximumBytes ?? 0) / 96)
        var bytes = 2 * Self.folderBytes + growth
        let own = try volume.disk.openat(
            volume.root, Volume.privateFolder, O_RDONLY | O_DIRECTORY, 0)
        for entry in try volume.disk.readdir(own) where entry.kind == .file {
            let taken = size(entry.name, in: own)
            bytes += taken
            if entry.name == LedgerFile.name { bytes += LedgerFile.roomToPrune(taken) }
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
