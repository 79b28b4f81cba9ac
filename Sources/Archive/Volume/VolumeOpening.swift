import Glibc
public import Platform

extension Volume {
    /// Opens a folder as a volume and locks it until the last reference goes.
    ///
    /// A folder without a marker becomes a volume unless one is expected there; so does a folder
    /// that does not exist, with the folders above it.
    ///
    /// - Parameters:
    ///   - expected: the UUID that was seen in this folder before; nil if it never was a volume.
    ///   - meter: counts what is written; nil for nobody.
    /// - Throws: `VolumeError`. If a volume was expected, nothing at all has then been written.
    public static func open(
        _ folder: String, expecting expected: String? = nil, meter: WriteMeter? = nil,
        clocks: any Clocks = SystemClocks()
    ) throws(VolumeError) -> Volume {
        try open(
            folder, expecting: expected, disk: LinuxDisk.counted(by: meter, clocks: clocks),
            clocks: clocks)
    }

    static func open(
        _ folder: String, expecting expected: String? = nil, disk: any Disk, clocks: any Clocks
    ) throws(VolumeError) -> Volume {
        let opening = VolumeOpening(folder: folder, disk: disk, now: clocks.wall)
        let root = try opening.root(create: expected == nil)
        let found = try opening.marker(in: root)
        if let expected {
            guard let found else { throw .notMounted(folder: folder) }
            guard found.uuid == expected else {
                throw .otherVolume(folder: folder, expected: expected, found: found.uuid)
            }
        }
        return try opening.lock(root, as: found)
    }

    /// Makes a folder a volume whatever was there before; clips in it stay.
    ///
    /// - Throws: `VolumeError`, also while a recorder holds the folder.
    public static func adopt(
        _ folder: String, clocks: any Clocks = SystemClocks()
    ) throws(VolumeError) -> VolumeIdentity {
        try adopt(folder, disk: LinuxDisk(), clocks: clocks)
    }

    static func adopt(
        _ folder: String, disk: any Disk, clocks: any Clocks
    ) throws(VolumeError) -> VolumeIdentity {
        let opening = VolumeOpening(folder: folder, disk: disk, now: clocks.wall)
        let root = try opening.root(create: true)
        // Only the marker may be replaced: a whole one is kept, so that adopting twice is harmless.
        let found = try? opening.marker(in: root)
        return try opening.lock(root, as: found, replacing: true).identity
    }
}

/// The steps that turn a folder into an open volume.
private struct VolumeOpening {
    let folder: String
    let disk: any Disk
    let now: WallTime

    func root(create: Bool) throws(VolumeError) -> DiskFile {
        do throws(SystemError) { return try disk.openDirectory(folder) } catch {
            guard error.code == ENOENT else { throw .system(folder: folder, error) }
            guard create else { throw .notMounted(folder: folder) }
        }
        return try system { () throws(SystemError) in
            for end in folder.indices where folder[end] == "/" && end != folder.startIndex {
                try disk.makeDirectory(String(folder[..<end]))
            }
            try disk.makeDirectory(folder)
            return try disk.openDirectory(folder)
        }
    }

    func marker(in root: DiskFile) throws(VolumeError) -> VolumeIdentity? {
        let bytes = try system { () throws(SystemError) in
            try disk.contents(of: Volume.marker, in: root)
        }
        guard let bytes else { return nil }
        guard let identity = VolumeIdentity(json: bytes) else {
            throw .damagedMarker(folder: folder)
        }
        return identity
    }

    func lock(
        _ root: DiskFile, as known: VolumeIdentity?, replacing: Bool = false
    ) throws(VolumeError) -> Volume {
        let lock = try system { () throws(SystemError) in
            try disk.makeDirectory(Volume.privateFolder, in: root)
            return try disk.openat(root, Volume.lockFile, O_RDWR | O_CREAT, 0o644)
        }
        guard try system({ () throws(SystemError) in try disk.flock(lock) }) else {
            throw try holder(of: lock)
        }
        return try system { () throws(SystemError) in
            try disk.ftruncate(lock, to: 0)
            try disk.writeAll(lock, Array("\(getpid()) \(now.nanoseconds)\n".utf8), at: 0)
            let identity = known ?? .fresh(now: now)
            if known == nil { try mark(root, identity, replacing: replacing) }
            return try Volume(
                folder: folder, identity: identity, disk: disk, root: root, lock: lock,
                status: disk.fstat(root))
        }
    }

    /// Writes the marker beside its place and renames it in, so that no half of it is ever seen.
    private func mark(
        _ root: DiskFile, _ identity: VolumeIdentity, replacing: Bool
    ) throws(SystemError) {
        let draft = Volume.marker + ".new"
        let file = try disk.openat(root, draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try disk.writeAll(file, identity.json, at: 0)
        try disk.fdatasync(file)
        if replacing { try disk.remove(Volume.marker, in: root) }
        try disk.renameat(root, draft, Volume.marker)
        try disk.sync(parentOf: Volume.marker, in: root)
    }

    private func holder(of lock: DiskFile) throws(VolumeError) -> VolumeError {
        let bytes = try system { () throws(SystemError) in
            try disk.read(lock, at: 0, count: 64)
        }
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        let pid = words.first.flatMap { Int32($0) } ?? 0
        let since = words.dropFirst().first.flatMap { Int64($0) } ?? 0
        return .alreadyRunning(folder: folder, pid: pid, since: WallTime(nanoseconds: since))
    }

    private func system<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(VolumeError) -> Value {
        do throws(SystemError) { return try body() } catch {
            throw .system(folder: folder, error)
        }
    }
}
