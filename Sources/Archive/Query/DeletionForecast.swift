public import Platform

/// Which clips retention will have deleted by a time, if cameras go on as now.
public struct DeletionForecast: Sendable {
    /// Bytes that will have to go to make room for what comes; none if zero or less.
    public var bytes: Int64
    private let limits: RetentionLimits
    private let end: WallTime

    /// Forecasts from what is used, the limits and the rate at which clips come.
    ///
    /// - Parameters:
    ///   - rate: bytes per second of all cameras.
    ///   - time: how far the forecast looks ahead.
    public init(
        usage: VolumeBoard.Usage, limits: RetentionLimits, rate: Double, now: WallTime,
        over time: Duration
    ) {
        let coming = Int64(max(0, rate) * time.seconds)
        let overLimit = limits.maximumBytes.map { usage.used + coming - $0 } ?? 0
        bytes = max(overLimit, limits.minimumFree + coming - usage.space.free)
        self.limits = limits
        end = now + time
    }

    /// Whether a clip will be older than its camera's clips are kept.
    func expires(_ clip: StoredClip) -> Bool {
        limits.maximumAge(of: clip.camera).map { end - clip.start > $0 } ?? false
    }

    /// Whether anything can be deleted at all.
    var isEmpty: Bool {
        bytes <= 0 && limits.maximumAge == nil
            && limits.cameras.values.allSatisfy { $0.maximumAge == nil }
    }
}

extension VolumeReader {
    /// For each camera, the time before which its clips are expected to be deleted.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func deletedSoon(
        _ forecast: DeletionForecast, protections: [Protection]
    ) throws(IndexFault) -> [String: WallTime] {
        guard !forecast.isEmpty else { return [:] }
        var ends: [String: WallTime] = [:]
        var freed: Int64 = 0
        try ask { (opened) throws(DatabaseError) in
            // Stepped through a piece at a time: only the oldest clips matter.
            var last: (sequence: Int64, start: Int64) = (-1, 0)
            var goesOn = true
            let statement = try opened.index.database.prepare(
                "SELECT path, camera, sequence, start_utc, end_utc, clock_uncertain, counted "
                    + "FROM clips WHERE (sequence, start_utc) > (?, ?) AND state = 1 "
                    + "ORDER BY sequence, start_utc LIMIT 512")
            while goesOn {
                goesOn = false
                try statement.run([.integer(last.sequence), .integer(last.start)]) { row in
                    let clip = StoredClip(row)
                    last = (row.integer(2), row.integer(3))
                    guard !protections.contains(where: { $0.covers(clip) }) else {
                        goesOn = true
                        return
                    }
                    guard forecast.expires(clip) || freed < forecast.bytes else { return }
                    goesOn = true
                    freed += clip.bytes
                    let camera = clip.camera ?? CatalogClip.unnamedCamera
                    // A clip that begins at the very end is not meant any more.
                    let end = clip.start + .nanoseconds(1)
                    ends[camera] = max(ends[camera] ?? end, end)
                }
            }
        }
        return ends
    }
}

extension StoredClip {
    /// A row with the columns of `ClipIndex.storedClips`.
    init(_ row: DatabaseRow) {
        let (path, camera) = (row.text(0) ?? "", row.text(1) ?? "")
        self.init(
            sequence: row.number(2), camera: camera.isEmpty ? nil : camera, path: path,
            start: WallTime(nanoseconds: row.integer(3)),
            end: WallTime(nanoseconds: row.integer(4)), isClockCertain: row.integer(5) == 0,
            bytes: row.integer(6))
    }
}
