import Glibc
import ISOBMFF
import Platform

/// What is known of a volume's clips, in a file that can be deleted at any time.
///
/// The clips are the truth. Each row is what one file's first and last bytes say, so an index that
/// was kept up to date and one that was made anew are the same row by row. One thread uses it.
final class ClipIndex {
    static let name = ".cctv/index.sqlite"
    /// Another version of the tables is thrown away and made anew.
    private static let version: Int64 = 5

    let database: Database
    private let insertClip: Statement
    private let deleteClip: Statement

    private static let schema = """
        CREATE TABLE clips (
            path TEXT PRIMARY KEY,       -- relative to the volume
            camera TEXT NOT NULL,        -- '' for the camera of RTSP_URL
            sequence INTEGER NOT NULL,   -- order of all clips of the volume
            state INTEGER NOT NULL,      -- 0 open, 1 final
            start_utc INTEGER NOT NULL,  -- nanoseconds since 1970
            start_monotonic INTEGER NOT NULL,
            boot BLOB NOT NULL,
            clock_uncertain INTEGER NOT NULL,
            end_utc INTEGER NOT NULL,
            end_monotonic INTEGER NOT NULL,
            media_duration INTEGER NOT NULL,  -- nanoseconds
            payload_bytes INTEGER NOT NULL,
            primary_samples INTEGER NOT NULL,
            other_samples INTEGER NOT NULL,
            fragments INTEGER NOT NULL,
            lost_packets INTEGER NOT NULL,
            time_repairs INTEGER NOT NULL,
            reason INTEGER NOT NULL,     -- of the end: EndReason
            bytes INTEGER NOT NULL,      -- of the file
            counted INTEGER NOT NULL,    -- bytes that it takes from the limits
            until_utc INTEGER NOT NULL   -- start and length, by the clock that never steps
        );
        -- What a day's list is chosen, counted and added up by stands in the indices, so that only the
        -- rows that are told are read.
        CREATE INDEX clips_by_start ON clips (start_utc, sequence, until_utc, state, bytes);
        CREATE INDEX clips_by_camera ON clips (
            camera, start_utc, sequence, until_utc, state, bytes, counted, media_duration);
        CREATE INDEX clips_by_number ON clips (sequence, start_utc);
        CREATE INDEX clips_in_order ON clips (camera, sequence, start_utc);
        -- Clips that follow each other without a picture missing.
        CREATE VIEW runs AS
        SELECT camera, MIN(start_utc) AS start_utc, MAX(end_utc) AS end_utc, COUNT(*) AS clips
        FROM (
            SELECT *, SUM(begins) OVER (PARTITION BY camera ORDER BY sequence) AS run
            FROM (
                SELECT camera, sequence, start_utc, end_utc,
                    COALESCE(
                        LAG(reason) OVER before NOT IN (1, 10)
                        OR start_utc - LAG(end_utc) OVER before > 1000000000, 1) AS begins
                FROM clips WINDOW before AS (PARTITION BY camera ORDER BY sequence)
            )
        ) GROUP BY camera, run;
        """

    private init(_ database: Database) throws(DatabaseError) {
        self.database = database
        insertClip = try database.prepare(
            "INSERT OR REPLACE INTO clips VALUES (\(Array(repeating: "?", count: 21).joined(separator: ",")))"
        )
        deleteClip = try database.prepare("DELETE FROM clips WHERE path = ?")
    }

    /// Opens the index of a volume; one that is damaged or of another version is made anew, empty.
    static func open(folder: String) throws(DatabaseError) -> ClipIndex {
        let path = "\(folder)/\(name)"
        do throws(DatabaseError) { return try ready(Database.open(path, readOnly: false)) } catch {
            guard error.isDamage else { throw error }
            remove(folder: folder)
            return try ready(Database.open(path, readOnly: false))
        }
    }

    /// Opens the index of a volume for reading; one of another version is none.
    static func read(folder: String) throws(DatabaseError) -> ClipIndex {
        let database = try Database.open("\(folder)/\(name)", readOnly: true)
        var found: Int64 = 0
        try database.prepare("PRAGMA user_version").run { found = $0.integer(0) }
        guard found == version else {
            throw DatabaseError(
                code: 0, message: "an index of version \(found)", path: database.path)
        }
        return try ClipIndex(database)
    }

    /// What the index knew when the volume was last left, for a start that looks at new files only.
    static func knownClips(in folder: String) -> [String: StoredClip] {
        // Without an index every file is looked at; that is slower and as good.
        (try? read(folder: folder).storedClips()) ?? [:]
    }

    /// Forgets everything.
    func clear() throws(DatabaseError) {
        try database.execute("DELETE FROM clips; DELETE FROM deletions; DELETE FROM gaps")
    }

    /// Removes the index of a volume.
    static func remove(folder: String) {
        for suffix in ["", "-wal", "-shm"] { unlink("\(folder)/\(name)\(suffix)") }
    }

    private static func ready(_ database: Database) throws(DatabaseError) -> ClipIndex {
        var found: Int64 = 0
        try database.prepare("PRAGMA user_version").run { found = $0.integer(0) }
        if found != version {
            try database.transaction { () throws(DatabaseError) in
                for object in ["TABLE clips", "TABLE gaps", "TABLE deletions", "VIEW runs"] {
                    let words = object.split(separator: " ")
                    try database.execute("DROP \(words[0]) IF EXISTS \(words[1])")
                }
                try database.execute(schema + historySchema)
                try database.execute("PRAGMA user_version = \(version)")
            }
        }
        return try ClipIndex(database)
    }

    /// Enters a clip, or what has changed of it.
    func put(_ clip: IndexedClip) throws(DatabaseError) { try insertClip.run(clip.values) }

    /// Forgets a clip.
    func remove(_ path: String) throws(DatabaseError) { try deleteClip.run([.text(path)]) }

    /// Returns clips in the order of the listing: by camera, then as they were recorded.
    func clips(_ query: ClipQuery) throws(DatabaseError) -> [IndexedClip] {
        let (statement, values) = try listing(query)
        var clips: [IndexedClip] = []
        try statement.run(values) { clips.append(IndexedClip($0)) }
        // Clocks step, so the number decides; hardly ever is anything out of place.
        clips.sort { $0.place < $1.place }
        return clips
    }

    /// The question for clips by camera and start, which reads no row that it does not tell.
    func listing(
        _ query: ClipQuery
    ) throws(DatabaseError) -> (statement: Statement, values: [DatabaseValue]) {
        var filter = ClipFilter(
            cameras: query.camera.map { [$0] }, from: query.range?.lowerBound,
            to: query.range?.upperBound)
        if query.camera == nil { filter.add(Self.anyCamera) }
        let statement = try database.prepare(
            Self.cameraNames + "SELECT * FROM clips\(filter.clause) "
                + "ORDER BY camera, start_utc, sequence")
        return (statement, filter.values)
    }

    /// The names of all cameras: a step of an index for each, however many clips it has.
    ///
    /// It begins a statement, and `names` ends with a row of NULL.
    static let cameraNames = """
        WITH RECURSIVE names(name) AS (
            SELECT MIN(camera) FROM clips
            UNION ALL
            SELECT (SELECT MIN(camera) FROM clips WHERE camera > name) FROM names
            WHERE name IS NOT NULL
        )\u{20}
        """

    /// Holds for every clip, and lets SQLite search those of a time camera by camera.
    static let anyCamera = "camera IN (SELECT name FROM names)"

    /// The paths of all clips and whether each is final.
    func paths() throws(DatabaseError) -> [String: Bool] {
        var paths: [String: Bool] = [:]
        try database.prepare("SELECT path, state FROM clips").run { row in
            if let path = row.text(0) { paths[path] = row.integer(1) == 1 }
        }
        return paths
    }

    /// The final clips, by path, as the retention counts them.
    func storedClips() throws(DatabaseError) -> [String: StoredClip] {
        var clips: [String: StoredClip] = [:]
        try database.prepare(
            "SELECT path, camera, sequence, start_utc, end_utc, clock_uncertain, counted "
                + "FROM clips WHERE state = 1"
        ).run { row in
            let clip = StoredClip(row)
            clips[clip.path] = clip
        }
        return clips
    }
}
