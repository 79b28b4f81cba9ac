import Glibc
import Platform

/// The gaps of a volume: a file of JSON lines that only grows and survives the index.
struct GapLedger {
    private static let name = ".cctv/gaps.jsonl"
    private static let older = ".cctv/gaps.1.jsonl"
    /// Some 20,000 gaps; two files of this size are kept.
    private static let maximumBytes: Int64 = 4 << 20

    let disk: any Disk
    let root: DiskFile

    /// Adds gaps at the end; they are safe from a power cut when it returns.
    func append(_ gaps: [Gap]) throws(SystemError) {
        guard !gaps.isEmpty else { return }
        var file = try disk.openat(root, Self.name, O_RDWR | O_CREAT, 0o644)
        var size = try disk.fstat(file).size
        if size > Self.maximumBytes {
            try disk.replaceat(root, Self.name, Self.older)
            file = try disk.openat(root, Self.name, O_RDWR | O_CREAT, 0o644)
            size = 0
        }
        // A torn last line, as a crash may leave it, is ended so that it spoils no other.
        let last = try disk.read(file, at: max(0, size - 1), count: 1)
        let isTorn = size > 0 && last != [0x0a]
        try disk.writeAll(file, (isTorn ? [0x0a] : []) + gaps.flatMap(\.line.bytes), at: size)
        try disk.fdatasync(file)
    }

    /// All gaps, oldest first.
    func all() throws(SystemError) -> [Gap] {
        var lines: [JSONLine] = []
        for name in [Self.older, Self.name] {
            let file: DiskFile
            do throws(SystemError) { file = try disk.openat(root, name, O_RDONLY, 0) } catch {
                guard error.code != ENOENT else { continue }
                throw error
            }
            let size = Int(try disk.fstat(file).size)
            lines += JSONLine.all(in: try disk.read(file, at: 0, count: size))
        }
        return lines.compactMap(Gap.init)
    }
}
