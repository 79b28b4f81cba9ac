public import Platform

/// Brings an index in step with the files of its volume.
struct IndexBuilder {
    let index: ClipIndex
    let walk: ClipWalk
    var history: IndexHistory

    /// Rows between two commits: others may write in between, and a stop costs little.
    private static let batch = 500

    init(_ index: ClipIndex, folder: String, disk: any Disk = LinuxDisk()) throws(SystemError) {
        self.index = index
        walk = ClipWalk(disk: disk, root: try disk.openDirectory(folder))
        history = IndexHistory(folder: folder, disk: disk, root: walk.root)
    }

    /// Enters clips that are new or were open, forgets those that are gone, and repeats what was
    /// deleted and what is missing.
    ///
    /// - Parameters:
    ///   - isStopping: asked between pieces; what is missing then is entered the next time.
    ///   - progress: told how many of the files are done.
    mutating func update(
        isStopping: () -> Bool = { false },
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(IndexFault) {
        try history.update(index)
        let files = try paths()
        let known = try database { () throws(DatabaseError) in try index.paths() }
        let present = Set(files)
        for path in known.keys where !present.contains(path) {
            try database { () throws(DatabaseError) in try index.remove(path) }
        }
        let new = files.filter { known[$0] != true }
        var done = 0
        while done < new.count, done == 0 || !isStopping() {
            let piece = new[done..<min(done + Self.batch, new.count)]
            let clips = piece.compactMap { path in
                // A file that cannot be read has no row; the writer tells of it.
                (try? IndexedClip(path, on: walk.disk, in: walk.root)) ?? nil
            }
            try database { () throws(DatabaseError) in
                try index.database.transaction { () throws(DatabaseError) in
                    for clip in clips { try index.put(clip) }
                }
            }
            done += piece.count
            progress(done, new.count)
        }
    }

    /// Returns one sentence for each row that does not say what its file does.
    mutating func check(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(IndexFault) -> [String] {
        let rows = try database { () throws(DatabaseError) in try index.clips(ClipQuery()) }
        var unseen = Dictionary(rows.map { ($0.clip.path, $0) }) { first, _ in first }
        var findings: [String] = []
        let files = try paths()
        for (number, path) in files.enumerated() {
            let row = unseen.removeValue(forKey: path)
            let file = (try? IndexedClip(path, on: walk.disk, in: walk.root)) ?? nil
            switch (row, file) {
            case (nil, .some): findings.append("\(path) is missing in the index")
            case (.some, nil): findings.append("\(path) is in the index and is no clip")
            case (let row?, let file?) where row != file:
                findings.append("\(path) differs from the index")
            default: break
            }
            progress(number + 1, files.count)
        }
        findings += unseen.keys.map { "\($0) is in the index and not on the disk" }
        return findings.sorted() + (try history.check(index))
    }

    private func paths() throws(IndexFault) -> [String] {
        do throws(SystemError) {
            var paths: [String] = []
            for day in try walk.days() {
                paths += try walk.files(of: day).filter { ClipName.isClip($0.name) }.map(\.path)
            }
            return paths
        } catch { throw .system(error) }
    }

    private func database<Value>(
        _ body: () throws(DatabaseError) -> Value
    ) throws(IndexFault) -> Value {
        do throws(DatabaseError) { return try body() } catch { throw .database(error) }
    }
}

/// Why an index cannot be used.
public enum IndexFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The volume cannot be read.
    case system(SystemError)
    /// The index itself fails.
    case database(DatabaseError)

    /// The cause in words.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .database(let error): "\(error)"
        }
    }
}
