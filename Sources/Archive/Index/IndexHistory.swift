import Platform

/// The files of JSON lines beside an index, which it repeats: deletions and the gap ledger.
struct IndexHistory {
    private let ledger: LedgerFile
    private var log: DeletionLog
    private let disk: any Disk
    private let root: DiskFile
    /// Bytes of the ledger that the index has seen.
    private var ledgerBytes: Int64 = -1

    init(folder: String, disk: any Disk, root: DiskFile) {
        self.disk = disk
        self.root = root
        ledger = LedgerFile(folder: folder, volume: nil, disk: disk)
        log = DeletionLog(disk: disk, root: root)
    }

    /// Brings the index in step with both files.
    mutating func update(_ index: ClipIndex) throws(IndexFault) {
        let (deletions, gaps) = try contents()
        do throws(DatabaseError) {
            try index.update(deletions: deletions, gaps: gaps)
        } catch { throw .database(error) }
    }

    /// The same, if the ledger has grown since.
    mutating func updateIfChanged(_ index: ClipIndex) throws(IndexFault) {
        guard ledgerSize() != ledgerBytes else { return }
        try update(index)
    }

    /// Writes down what was deleted.
    mutating func append(_ deletions: [IndexMessage.Deletion]) throws(SystemError) {
        try log.append(deletions)
    }

    /// One sentence for each of the two that the index does not repeat truly.
    mutating func check(_ index: ClipIndex) throws(IndexFault) -> [String] {
        let (deletions, gaps) = try contents()
        do throws(DatabaseError) {
            var findings: [String] = []
            if try index.deletions() != deletions {
                findings.append("the deletions differ from \(DeletionLog.name)")
            }
            if try index.gaps() != gaps {
                findings.append("the gaps differ from \(LedgerFile.path)")
            }
            return findings
        } catch { throw .database(error) }
    }

    private mutating func contents() throws(IndexFault) -> ([IndexMessage.Deletion], [IndexedGap]) {
        do throws(SystemError) {
            ledgerBytes = ledgerSize()
            return (try log.read(), GapHistory(try ledger.read().entries).gaps)
        } catch { throw .system(error) }
    }

    private func ledgerSize() -> Int64 {
        guard let file = try? disk.openat(root, LedgerFile.path, 0, 0) else { return 0 }
        return (try? disk.fstat(file).size) ?? 0
    }
}
