import Platform

// What the clips cannot tell: rows that repeat the files of JSON lines beside the index.
extension ClipIndex {
    static let historySchema = """
        CREATE TABLE deletions (
            path TEXT NOT NULL, camera TEXT NOT NULL, bytes INTEGER NOT NULL,
            reason TEXT NOT NULL, at_utc INTEGER NOT NULL
        );
        -- Time without video of an enabled camera.
        CREATE TABLE gaps (
            camera TEXT NOT NULL, start_utc INTEGER NOT NULL,
            end_utc INTEGER,             -- NULL while it lasts
            length INTEGER,              -- nanoseconds, by the clock that never steps
            cause TEXT NOT NULL, detail TEXT NOT NULL
        );
        CREATE INDEX gaps_by_time ON gaps (camera, start_utc);
        """

    /// Keeps that a clip was deleted, and why.
    func record(_ deletion: IndexMessage.Deletion) throws(DatabaseError) {
        try database.prepare("INSERT INTO deletions VALUES (?, ?, ?, ?, ?)").run([
            .text(deletion.path), .text(deletion.camera ?? ""), .integer(deletion.bytes),
            .text(deletion.reason.rawValue), .integer(deletion.time.nanoseconds),
        ])
    }

    /// Forgets all but the newest deletions.
    func forgetDeletions(but count: Int) throws(DatabaseError) {
        try database.prepare(
            "DELETE FROM deletions WHERE rowid <= (SELECT MAX(rowid) FROM deletions) - ?"
        ).run([DatabaseValue(count)])
    }

    /// The deletions in the order in which they happened.
    func deletions() throws(DatabaseError) -> [IndexMessage.Deletion] {
        var found: [IndexMessage.Deletion] = []
        try database.prepare(
            "SELECT path, camera, bytes, reason, at_utc FROM deletions ORDER BY rowid"
        ).run { row in
            let camera = row.text(1) ?? ""
            guard let reason = DeletionReason(rawValue: row.text(3) ?? "") else { return }
            found.append(
                IndexMessage.Deletion(
                    path: row.text(0) ?? "", camera: camera.isEmpty ? nil : camera,
                    bytes: row.integer(2), reason: reason,
                    time: WallTime(nanoseconds: row.integer(4))))
        }
        return found
    }

    /// The gaps by camera, oldest first.
    func gaps() throws(DatabaseError) -> [IndexedGap] {
        var found: [IndexedGap] = []
        try database.prepare(
            "SELECT camera, start_utc, end_utc, length, cause, detail FROM gaps ORDER BY rowid"
        ).run { row in
            found.append(
                IndexedGap(
                    camera: row.text(0) ?? "", start: row.integer(1), end: row.integerIfSet(2),
                    length: row.integerIfSet(3), cause: row.text(4) ?? "",
                    detail: row.text(5) ?? ""))
        }
        return found
    }

    /// Makes the rows say what the files say; those that do already are left as they are.
    func update(
        deletions: [IndexMessage.Deletion], gaps: [IndexedGap]
    ) throws(DatabaseError) {
        if try self.deletions() != deletions {
            try database.transaction { () throws(DatabaseError) in
                try database.execute("DELETE FROM deletions")
                for deletion in deletions { try record(deletion) }
            }
        }
        guard try self.gaps() != gaps else { return }
        try database.transaction { () throws(DatabaseError) in
            try database.execute("DELETE FROM gaps")
            let insert = try database.prepare("INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?)")
            for gap in gaps { try insert.run(gap.values) }
        }
    }
}

/// A row of the index: a stretch of time without video, and why.
struct IndexedGap: Hashable, Sendable {
    var camera: String
    var start: Int64
    var end: Int64?
    var length: Int64?
    var cause: String
    var detail: String

    var values: [DatabaseValue] {
        [
            .text(camera), .integer(start), end.map(DatabaseValue.integer) ?? .null,
            length.map(DatabaseValue.integer) ?? .null, .text(cause), .text(detail),
        ]
    }
}

extension GapHistory {
    /// The rows of the index; time in which nobody wanted pictures is no gap.
    var gaps: [IndexedGap] {
        cameras.flatMap { camera in
            rows(of: camera).compactMap { row in
                row.state.cause.map { cause in
                    IndexedGap(
                        camera: camera, start: row.start.nanoseconds,
                        end: row.end?.nanoseconds, length: row.length?.nanoseconds,
                        cause: cause.rawValue, detail: row.detail)
                }
            }
        }
    }
}
