import Glibc
import Platform

/// Which clips were deleted and why, as a file of JSON lines that outlives the index.
///
/// It is appended to and holds a bounded number of lines: the newest. The index thread uses it,
/// through the volume's descriptor, so that nothing lands in an empty mount point.
struct DeletionLog {
    static let name = ".cctv/deletions.jsonl"
    /// Lines that are kept; the file holds at most a quarter more, some 2 MB.
    static let capacity = 8192

    private let disk: any Disk
    private let root: DiskFile
    private let capacity: Int
    /// Lines in the file; nil until it was read.
    private var lines: Int?

    init(disk: any Disk, root: DiskFile, capacity: Int = Self.capacity) {
        self.disk = disk
        self.root = root
        self.capacity = capacity
    }

    /// What the file tells, oldest first; lines that a power cut tore are left out.
    mutating func read() throws(SystemError) -> [IndexMessage.Deletion] {
        let all = JSONLine.all(in: try disk.contents(of: Self.name, in: root) ?? [])
            .compactMap(IndexMessage.Deletion.init)
        lines = all.count
        return Array(all.suffix(capacity))
    }

    /// Appends lines, and drops the oldest if there are too many.
    ///
    /// They are not made safe: a power cut costs the last ones, and no clip.
    mutating func append(_ deletions: [IndexMessage.Deletion]) throws(SystemError) {
        if lines == nil { _ = try read() }
        let present = lines ?? 0
        let file = try disk.openat(root, Self.name, O_RDWR | O_CREAT, 0o644)
        let size = try disk.fstat(file).size
        var bytes = deletions.flatMap(\.line.bytes)
        if size > 0, try disk.read(file, at: size - 1, count: 1) != [UInt8(ascii: "\n")] {
            bytes.insert(UInt8(ascii: "\n"), at: 0)
        }
        try disk.writeAll(file, bytes, at: size)
        lines = present + deletions.count
        if present + deletions.count > capacity + capacity / 4 { try prune() }
    }

    private mutating func prune() throws(SystemError) {
        let kept = try read()
        let draft = Self.name + ".new"
        let file = try disk.openat(root, draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try disk.writeAll(file, kept.flatMap(\.line.bytes), at: 0)
        try disk.fdatasync(file)
        try disk.replaceat(root, draft, Self.name)
        lines = kept.count
    }
}

extension IndexMessage.Deletion {
    var line: JSONLine {
        JSONLine([
            "at": .text(time.utcText), "at_ns": .integer(time.nanoseconds), "path": .text(path),
            "camera": .text(camera ?? ""), "bytes": .integer(bytes),
            "reason": .text(reason.rawValue),
        ])
    }

    init?(_ line: JSONLine) {
        guard let path = line.text("path"), let at = line.integer("at_ns"),
            let bytes = line.integer("bytes"),
            let reason = line.text("reason").flatMap(DeletionReason.init(rawValue:))
        else { return nil }
        let camera = line.text("camera") ?? ""
        self.init(
            path: path, camera: camera.isEmpty ? nil : camera, bytes: bytes, reason: reason,
            time: WallTime(nanoseconds: at))
    }
}
