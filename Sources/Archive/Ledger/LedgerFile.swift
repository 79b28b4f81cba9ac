import Glibc
public import Platform

/// The gap ledger of a volume as its file, `.cctv/ledger.jsonl`, and the recorder's heartbeat.
///
/// It opens the files anew for each use and holds no descriptor, so that a disk can be unmounted
/// under it; and it writes only where the volume's own marker stands, never into an empty mount
/// point. Reading takes no lock and works beside a recorder.
public struct LedgerFile: Sendable {
    /// What the file tells.
    public struct Contents: Sendable {
        /// The lines that are whole, in their order.
        public var entries: [LedgerEntry] = []
        /// Lines that are torn, or of a kind not known.
        public var unreadable = 0
        /// Bytes of the file.
        var byteCount: Int64 = 0
    }

    static let name = "ledger.jsonl"
    static let path = ".cctv/" + name
    static let heartbeatPath = ".cctv/heartbeat"
    private static let heartbeatBytes = 64
    /// Bytes of a file that is worth pruning.
    private static let prunedFrom: Int64 = 256 << 10

    private let folder: String
    private let volume: String?
    private let isAside: Bool
    private let disk: any Disk

    /// The ledger of the volume in `folder`.
    ///
    /// - Parameter volume: the volume's UUID, without which nothing is written; a reader needs none.
    public init(folder: String, volume: String? = nil) {
        self.init(folder: folder, volume: volume, disk: LinuxDisk())
    }

    /// A ledger in a folder that is no volume, for the time while a volume's disk is away.
    ///
    /// The folder is made with the first line; the one it lies in must exist.
    public init(aside folder: String) {
        self.init(folder: folder, volume: nil, isAside: true, disk: LinuxDisk())
    }

    init(folder: String, volume: String?, isAside: Bool = false, disk: any Disk) {
        self.folder = folder
        self.volume = volume
        self.isAside = isAside
        self.disk = disk
    }

    /// Whether the volume is there, so that something can be written.
    var isThere: Bool { (try? ownRoot()) != nil }

    /// Reads the whole file; one that is not there is empty.
    public func read() throws(SystemError) -> Contents {
        var contents = Contents()
        let root = try disk.openDirectory(folder)
        guard let bytes = try whole(Self.path, in: root) else { return contents }
        contents.byteCount = Int64(bytes.count)
        let newline = UInt8(ascii: "\n")
        for line in bytes.split(separator: newline) {
            if let entry = LedgerEntry(line: line) {
                contents.entries.append(entry)
            } else {
                contents.unreadable += 1
            }
        }
        return contents
    }

    /// When a recorder last said that it runs; nil if none ever did.
    public func heartbeat() throws(SystemError) -> Instant? {
        let root = try disk.openDirectory(folder)
        guard let bytes = try disk.contents(of: Self.heartbeatPath, in: root) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 3, let wall = Int64(words[0]), let monotonic = Int64(words[1]),
            words[2] == "alive"
        else { return nil }
        return Instant(
            wall: WallTime(nanoseconds: wall),
            monotonic: MonotonicTime(nanoseconds: monotonic))
    }

    /// Says that the recorder runs; in one sector, and not made safe: a power cut may take it.
    func beat(_ now: Instant) throws(SystemError) {
        let text = "\(now.wall.nanoseconds) \(now.monotonic.nanoseconds) alive"
        let padding = String(repeating: " ", count: max(0, Self.heartbeatBytes - 1 - text.count))
        let file = try disk.openat(
            try ownRoot(), Self.heartbeatPath, O_WRONLY | O_CREAT, 0o644)
        try disk.writeAll(file, Array((text + padding + "\n").utf8), at: 0)
    }

    /// Appends whole lines behind the last whole line.
    ///
    /// - Parameter isSafe: whether they survive a power cut once it has returned.
    func append(_ entries: [LedgerEntry], isSafe: Bool) throws(SystemError) {
        let file = try disk.openat(
            try ownRoot(), Self.path, O_RDWR | O_APPEND | O_CREAT, 0o644)
        let size = try disk.fstat(file).size
        var bytes: [UInt8] = []
        if size > 0, try disk.read(file, at: size - 1, count: 1) != [UInt8(ascii: "\n")] {
            bytes.append(UInt8(ascii: "\n"))
        }
        for entry in entries { bytes += entry.line }
        if !bytes.isEmpty { try disk.writeAll(file, bytes, at: size) }
        if isSafe { try disk.fdatasync(file) }
    }

    /// What pruning takes beside a file of so many bytes, until the new one has taken its place.
    ///
    /// - Returns: nothing for a file that will not soon be pruned.
    static func roomToPrune(_ bytes: Int64) -> Int64 { bytes > prunedFrom / 2 ? bytes : 0 }

    /// Drops what is older than the oldest clip, if that is worth it.
    ///
    /// What held for each camera then is kept, so that the rest of the ledger stays true.
    func prune(now: WallTime, worthBytes: Int64 = Self.prunedFrom) throws(SystemError) {
        let root = try ownRoot()
        let contents = try read()
        guard contents.byteCount > worthBytes else { return }
        let oldest = try oldestDay(in: root) ?? Self.day(now + .seconds(-31 * 86_400))
        let kept = Self.kept(contents.entries, oldestDay: oldest)
        guard kept.count < contents.entries.count * 3 / 4 else { return }
        let draft = Self.path + ".new"
        let file = try disk.openat(root, draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try disk.writeAll(file, kept.flatMap(\.line), at: 0)
        try disk.fdatasync(file)
        try disk.replaceat(root, draft, Self.path)
        try disk.sync(parentOf: Self.path, in: root)
    }

    /// The lines that matter to clips from `oldestDay` on, a day's name as folders have it.
    static func kept(_ entries: [LedgerEntry], oldestDay: String) -> [LedgerEntry] {
        // Names are local time, and a clip may reach into its folder's next day.
        func isOld(_ entry: LedgerEntry) -> Bool {
            day(entry.at.wall + .seconds(2 * 86_400)) < oldestDay
        }
        var lastStart: Int?
        var lastState: [String: Int] = [:]
        var lastDeletion: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            switch entry.kind {
            case .started where isOld(entry): lastStart = index
            case .state(let camera, _, _) where isOld(entry): lastState[camera] = index
            case .deleted(let camera):
                let known = lastDeletion[camera].map { entries[$0].at.wall }
                if known.map({ $0 < entry.at.wall }) ?? true { lastDeletion[camera] = index }
            case .started, .state, .loss: break
            }
        }
        let needed = Set(lastState.values).union(lastDeletion.values)
            .union([lastStart].compactMap(\.self))
        return entries.enumerated().filter { index, entry in
            if needed.contains(index) { return true }
            // A later deletion says what an earlier one says.
            if case .deleted = entry.kind { return false }
            return !isOld(entry)
        }.map(\.element)
    }

    private static func day(_ time: WallTime) -> String { String(time.utcText.prefix(10)) }

    private func oldestDay(in root: DiskFile) throws(SystemError) -> String? {
        try ClipWalk(disk: disk, root: root).days().map { String($0.suffix(10)) }.min()
    }

    /// Forgets everything; nothing there is no error.
    func remove() throws(SystemError) {
        let root: DiskFile
        do throws(SystemError) { root = try disk.openDirectory(folder) } catch {
            guard error.code == ENOENT else { throw error }
            return
        }
        for path in [Self.path, Self.heartbeatPath] {
            do throws(SystemError) { try disk.remove(path, in: root) } catch {
                guard error.code == ENOENT else { throw error }
            }
        }
    }

    /// The volume's folder, if it is the volume.
    private func ownRoot() throws(SystemError) -> DiskFile {
        if isAside {
            try disk.makeDirectory(folder)
            let root = try disk.openDirectory(folder)
            try disk.makeDirectory(Volume.privateFolder, in: root)
            return root
        }
        let root = try disk.openDirectory(folder)
        let marker = try disk.contents(of: Volume.marker, in: root)
        guard let volume, marker.flatMap(VolumeIdentity.init(json:))?.uuid == volume else {
            throw SystemError(call: "find the volume", subject: folder, code: ENODEV)
        }
        return root
    }

    private func whole(_ path: String, in root: DiskFile) throws(SystemError) -> [UInt8]? {
        let file: DiskFile
        do throws(SystemError) { file = try disk.openat(root, path, O_RDONLY, 0) } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
        return try disk.read(file, at: 0, count: Int(clamping: disk.fstat(file).size))
    }
}
