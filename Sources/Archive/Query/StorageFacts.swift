public import Platform

/// What a camera's clips take.
public struct CameraShare: Hashable, Sendable {
    /// The camera's name.
    public var camera: String
    /// Bytes that its clips take from the limits.
    public var bytes: Int64
    /// How many clips.
    public var clips: Int
    /// When the oldest began.
    public var oldest: WallTime
}

/// A clip that was deleted.
public struct ClipDeletion: Hashable, Sendable {
    /// Relative to the volume.
    public var path: String
    /// The camera's name.
    public var camera: String
    /// Bytes that became free.
    public var bytes: Int64
    /// Why.
    public var reason: String
    /// When.
    public var time: WallTime
}

extension VolumeReader {
    /// Each camera's share; open clips are among the clips and have no bytes yet.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func shares() throws(IndexFault) -> [CameraShare] {
        var shares: [CameraShare] = []
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                "SELECT camera, SUM(counted), COUNT(*), MIN(start_utc) FROM clips GROUP BY camera"
            ).run { row in
                shares.append(
                    CameraShare(
                        camera: Self.name(row.text(0)), bytes: row.integer(1),
                        clips: row.number(2), oldest: WallTime(nanoseconds: row.integer(3))))
            }
        }
        return shares
    }

    /// When the oldest clip began; nil if there is none.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func oldest() throws(IndexFault) -> WallTime? {
        var oldest: WallTime?
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                "SELECT start_utc FROM clips ORDER BY start_utc LIMIT 1"
            ).run { oldest = WallTime(nanoseconds: $0.integer(0)) }
        }
        return oldest
    }

    /// Bytes per second that each camera took while it was recorded, by clips begun since a time.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func rates(since time: WallTime) throws(IndexFault) -> [String: Double] {
        var rates: [String: Double] = [:]
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                ClipIndex.cameraNames
                    + "SELECT camera, SUM(counted), SUM(media_duration) FROM clips "
                    + "WHERE \(ClipIndex.anyCamera) AND start_utc >= ? AND state = 1 "
                    + "GROUP BY camera"
            ).run([.integer(time.nanoseconds)]) { row in
                let seconds = Double(row.integer(2)) / 1e9
                guard seconds > 0 else { return }
                rates[Self.name(row.text(0))] = Double(row.integer(1)) / seconds
            }
        }
        return rates
    }

    /// The last clips that were deleted, the newest first.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func deletions(limit: Int) throws(IndexFault) -> [ClipDeletion] {
        var deletions: [ClipDeletion] = []
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                "SELECT path, camera, bytes, reason, at_utc FROM deletions "
                    + "ORDER BY rowid DESC LIMIT ?"
            ).run([DatabaseValue(limit)]) { row in
                deletions.append(
                    ClipDeletion(
                        path: row.text(0) ?? "", camera: Self.name(row.text(1)),
                        bytes: row.integer(2), reason: row.text(3) ?? "",
                        time: WallTime(nanoseconds: row.integer(4))))
            }
        }
        return deletions
    }

    /// Bytes of the final clips that a protection keeps.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func bytes(of protection: Protection) throws(IndexFault) -> Int64 {
        var filter = ClipFilter(
            cameras: protection.camera.map { [$0] }, from: protection.range.lowerBound,
            to: protection.range.upperBound)
        filter.add("state = 1")
        var bytes: Int64 = 0
        try ask { (opened) throws(DatabaseError) in
            try opened.index.database.prepare(
                "SELECT SUM(counted) FROM clips\(filter.clause)"
            ).run(filter.values) { bytes = $0.integer(0) }
        }
        return bytes
    }

    private static func name(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return CatalogClip.unnamedCamera }
        return text
    }
}
