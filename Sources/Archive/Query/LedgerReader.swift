import Glibc
import Platform

/// Reads the gap ledger over and over: what was read once is kept, and only new lines are parsed.
struct LedgerReader {
    private let folder: String
    private let disk = LinuxDisk()
    private var entries: [LedgerEntry] = []
    private var known: GapHistory?
    private var inode: UInt64 = 0
    /// Bytes of whole lines that were read.
    private var position: Int64 = 0

    init(folder: String) { self.folder = folder }

    /// What the file tells now.
    mutating func history() throws(SystemError) -> GapHistory {
        let root = try disk.openDirectory(folder)
        let file: DiskFile
        do throws(SystemError) {
            file = try disk.openat(root, LedgerFile.path, O_RDONLY, 0)
        } catch {
            guard error.code == ENOENT else { throw error }
            return GapHistory([])
        }
        let status = try disk.fstat(file)
        // A ledger that was pruned is another file.
        if status.inode != inode || status.size < position {
            (entries, known, position, inode) = ([], nil, 0, status.inode)
        }
        if status.size > position {
            let new = try disk.read(
                file, at: position, count: Int(clamping: status.size - position))
            let newline = UInt8(ascii: "\n")
            // A line may be half written.
            let whole = new.lastIndex(of: newline).map { $0 + 1 } ?? 0
            let lines = new[..<whole].split(separator: newline)
            entries += lines.compactMap { LedgerEntry(line: $0) }
            position += Int64(whole)
            if whole > 0 { known = nil }
        }
        if let known { return known }
        let history = GapHistory(entries)
        known = history
        return history
    }
}
