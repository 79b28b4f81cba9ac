import Glibc
public import Platform

/// A stretch of time whose clips retention leaves alone until it is lifted.
public struct Protection: Hashable, Sendable {
    /// Its number in the volume, by which it is lifted.
    public var number: Int64
    /// The camera's `NAME`; nil protects all cameras.
    public var camera: String?
    /// Clips with a picture in it stay.
    public var range: Range<WallTime>
    /// Why, in the words of who asked for it.
    public var note: String

    /// A protection.
    public init(number: Int64, camera: String?, range: Range<WallTime>, note: String) {
        self.number = number
        self.camera = camera
        self.range = range
        self.note = note
    }

    /// Whether a clip stays because of it.
    func covers(_ clip: StoredClip) -> Bool {
        (camera == nil || camera == clip.camera) && clip.start < range.upperBound
            && max(clip.end, clip.start + .nanoseconds(1)) > range.lowerBound
    }

    var line: JSONLine {
        JSONLine([
            "number": .integer(number), "camera": .text(camera ?? "*"),
            "from": .text(range.lowerBound.utcText), "to": .text(range.upperBound.utcText),
            "from_ns": .integer(range.lowerBound.nanoseconds),
            "to_ns": .integer(range.upperBound.nanoseconds), "note": .text(note),
        ])
    }

    init?(_ line: JSONLine) {
        guard let number = line.integer("number"), let from = line.integer("from_ns"),
            let to = line.integer("to_ns"), from < to
        else { return nil }
        let camera = line.text("camera") ?? "*"
        self.init(
            number: number, camera: camera == "*" ? nil : camera,
            range: WallTime(nanoseconds: from)..<WallTime(nanoseconds: to),
            note: line.text("note") ?? "")
    }
}

/// The protections of a volume: a file of JSON lines that survives its index.
///
/// Each change writes the file anew beside the old one and renames it in, under a lock, so that a
/// recorder and several people see whole lists only.
public struct ProtectionList: Sendable {
    static let name = ".cctv/protections.jsonl"
    private static let lockName = ".cctv/protections.lock"

    private let disk: any Disk
    private let root: DiskFile

    /// Opens the volume's folder.
    ///
    /// - Throws: `SystemError` if it cannot be opened.
    public init(folder: String) throws(SystemError) {
        let disk = LinuxDisk()
        self.init(disk: disk, root: try disk.openDirectory(folder))
    }

    init(disk: any Disk, root: DiskFile) {
        self.disk = disk
        self.root = root
    }

    /// What is protected, in the order in which it was asked for.
    public func all() throws(SystemError) -> [Protection] {
        try JSONLine.all(in: disk.contents(of: Self.name, in: root) ?? [])
            .compactMap(Protection.init)
    }

    /// Protects a stretch of time from now on.
    ///
    /// - Throws: `SystemError`; nothing is then protected.
    public func add(
        camera: String?, range: Range<WallTime>, note: String
    ) throws(SystemError) -> Protection {
        var added = Protection(number: 1, camera: camera, range: range, note: note)
        try change { list in
            added.number = (list.map(\.number).max() ?? 0) + 1
            list.append(added)
        }
        return added
    }

    /// Lifts a protection; its clips may then be deleted as any other.
    ///
    /// - Returns: whether there was one of that number.
    public func remove(_ number: Int64) throws(SystemError) -> Bool {
        var found = false
        try change { list in
            let left = list.filter { $0.number != number }
            found = left.count < list.count
            list = left
        }
        return found
    }

    private func change(_ edit: (inout [Protection]) -> Void) throws(SystemError) {
        let lock = try disk.openat(root, Self.lockName, O_RDWR | O_CREAT, 0o644)
        guard try disk.flock(lock) else {
            throw SystemError(call: "flock", subject: Self.lockName, code: EBUSY)
        }
        var list = try all()
        edit(&list)
        let draft = Self.name + ".new"
        let file = try disk.openat(root, draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try disk.writeAll(file, list.flatMap(\.line.bytes), at: 0)
        try disk.fdatasync(file)
        try disk.replaceat(root, draft, Self.name)
        try disk.sync(parentOf: Self.name, in: root)
    }
}
