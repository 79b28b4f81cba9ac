import ISOBMFF
public import Platform

/// Which clips are wanted, a page at a time.
public struct ClipPageQuery: Hashable, Sendable {
    /// A place between two clips: the start and the number of the one before it.
    public struct Place: Hashable, Sendable {
        /// When that clip began.
        public var start: WallTime
        /// Its number.
        public var sequence: UInt64

        /// A place behind a clip.
        public init(start: WallTime, sequence: UInt64) {
            self.start = start
            self.sequence = sequence
        }
    }

    /// Only of these cameras, whether there are such or not; nil for all.
    public var cameras: [String]?
    /// Only clips with a picture at or after this.
    public var from: WallTime?
    /// Only clips with a picture before this.
    public var to: WallTime?
    /// Whether the newest come first.
    public var newestFirst = true
    /// At most so many.
    public var limit = 100
    /// Only clips behind this place.
    public var after: Place?

    /// The newest clips.
    public init() {}
}

/// Some clips of a volume.
public struct ClipSelection: Sendable {
    /// The clips in the order of the query.
    public var clips: [CatalogClip]
    /// Where the next page begins; nil on the last.
    public var next: ClipPageQuery.Place?
    /// How many match on all pages.
    public var total: Int
    /// Their bytes; an open clip has none yet.
    public var totalBytes: Int64
}

extension VolumeReader {
    /// Clips in the order in which they began.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func page(_ query: ClipPageQuery) throws(IndexFault) -> ClipSelection {
        var filter = ClipFilter(cameras: query.cameras, from: query.from, to: query.to)
        var rows: [IndexedClip] = []
        var (total, totalBytes): (Int, Int64) = (0, 0)
        try ask { (opened) throws(DatabaseError) in
            let database = opened.index.database
            try database.prepare("SELECT COUNT(*), SUM(bytes) FROM clips\(filter.clause)").run(
                filter.values
            ) {
                (total, totalBytes) = ($0.number(0), $0.integer(1))
            }
            let (sign, order) = query.newestFirst ? ("<", "DESC") : (">", "ASC")
            if let after = query.after {
                let start = DatabaseValue.integer(after.start.nanoseconds)
                filter.add(
                    "start_utc \(sign)= ? AND (start_utc, sequence) \(sign) (?, ?)",
                    [start, start, DatabaseValue(after.sequence)])
            }
            try database.prepare(
                "SELECT * FROM clips\(filter.clause) "
                    + "ORDER BY start_utc \(order), sequence \(order) LIMIT ?"
            ).run(filter.values + [DatabaseValue(query.limit + 1)]) {
                rows.append(IndexedClip($0))
            }
        }
        let shown = rows.prefix(query.limit)
        let next = rows.count > query.limit ? shown.last.map { Self.place($0.clip) } : nil
        return ClipSelection(
            clips: completed(Array(shown)), next: next, total: total, totalBytes: totalBytes)
    }

    private static func place(_ clip: CatalogClip) -> ClipPageQuery.Place {
        ClipPageQuery.Place(start: clip.start, sequence: clip.header.sequence)
    }

    /// The clip of that number; nil if there is none, or no picture in it yet.
    ///
    /// Of two recorders' clips with one number it is the newer.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func clip(_ sequence: UInt64) throws(IndexFault) -> CatalogClip? {
        var rows: [IndexedClip] = []
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                "SELECT * FROM clips WHERE sequence = ? ORDER BY start_utc DESC LIMIT 1"
            ).run([DatabaseValue(sequence)]) { rows.append(IndexedClip($0)) }
        }
        return completed(rows).first
    }

    /// Every clip that has a picture in `range`, by camera and then as they were recorded.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func clips(
        of camera: String? = nil, in range: Range<WallTime>
    ) throws(IndexFault) -> [CatalogClip] {
        let query = ClipQuery(camera: camera, range: range)
        let rows = try ask { (opened) throws(DatabaseError) in try opened.index.clips(query) }
        return completed(rows).filter { $0.overlaps(range) }
    }

    /// The cameras that have clips.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func cameras() throws(IndexFault) -> [String] {
        var names: [String] = []
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                ClipIndex.cameraNames + "SELECT name FROM names WHERE name IS NOT NULL"
            ).run { row in
                let name = row.text(0) ?? ""
                names.append(name.isEmpty ? CatalogClip.unnamedCamera : name)
            }
        }
        return names.sorted()
    }
}
