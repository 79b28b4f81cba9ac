public import Platform

/// What retention will have deleted by a time, and how far back clips will reach, if the cameras go
/// on as now; decides by the limits that `Retention` obeys and does nothing itself.
public struct DeletionForecast: Sendable {
    /// What a camera adds.
    public struct Camera: Hashable, Sendable {
        /// The camera's name.
        public var name: String
        /// Bytes per second of its clips; 0 if it is not recorded.
        public var rate: Double
        /// Bytes of its clips, open and protected ones included; matters if it has a limit of its own.
        public var bytes: Int64

        /// A camera that has clips.
        public init(name: String, rate: Double, bytes: Int64 = 0) {
            self.name = name
            self.rate = rate
            self.bytes = bytes
        }

        /// Its name as the limits and the clips have it.
        fileprivate var key: String? { name == CatalogClip.unnamedCamera ? nil : name }
    }

    private let usage: VolumeBoard.Usage
    private let limits: RetentionLimits
    private let cameras: [Camera]
    private let now: WallTime
    private let isClockTrusted: Bool

    /// Forecasts from what is used, the limits, and what cameras add.
    ///
    /// - Parameter isClockTrusted: whether the clock can be right; if not, nothing is deleted by age.
    public init(
        usage: VolumeBoard.Usage, limits: RetentionLimits, cameras: [Camera], now: WallTime,
        isClockTrusted: Bool = true
    ) {
        self.usage = usage
        self.limits = limits
        self.cameras = cameras
        self.now = now
        self.isClockTrusted = isClockTrusted
    }

    private func age(of camera: Camera) -> Duration? {
        isClockTrusted ? limits.maximumAge(of: camera.key) : nil
    }

    /// How long a clip stays once the limits are reached: of the camera that is kept longest, because
    /// its own limits may end others' earlier; nil if nothing is recorded.
    public var reach: Duration? {
        // Clips may grow into what is free, as far as both limits allow; all that is no final clip, or
        // is protected, stays.
        let room = min(
            (limits.maximumBytes ?? .max) - usage.used, usage.space.free - limits.minimumFree)
        var left = Double(max(0, usage.deletable + room))
        var recorded = cameras.filter { $0.rate > 0 }.map {
            (rate: $0.rate, ends: ownReach(of: $0))
        }
        recorded.sort { $0.ends < $1.ends }
        var rate = recorded.reduce(0) { $0 + $1.rate }
        var seconds = 0.0
        for camera in recorded {
            // All that is left keeps the same time, until the next camera's own limit ends it.
            guard (camera.ends - seconds) * rate < left else {
                seconds += left / rate
                break
            }
            left -= (camera.ends - seconds) * rate
            seconds = camera.ends
            rate -= camera.rate
        }
        return recorded.isEmpty ? nil : .seconds(min(seconds, 1e12))
    }

    /// How many seconds a camera's own limits keep its clips.
    private func ownReach(of camera: Camera) -> Double {
        min(
            limits.maximumBytes(of: camera.key).map { Double($0) / camera.rate } ?? .infinity,
            age(of: camera)?.seconds ?? .infinity)
    }

    /// For each camera, the time before which its clips are expected to be deleted.
    ///
    /// - Parameters:
    ///   - time: how far the forecast looks ahead.
    ///   - next: the clips that follow one of a camera, or its first, a few at a time and by their
    ///     numbers, because wall clocks step.
    public func deletions<Failure: Error>(
        within time: Duration, protections: [Protection],
        next: (_ camera: String, _ after: StoredClip?) throws(Failure) -> [StoredClip]
    ) throws(Failure) -> [String: WallTime] {
        var ends: [String: WallTime] = [:]
        var growth: Int64 = 0
        var queues: [Queue] = []
        for camera in cameras {
            var queue = Queue(camera: camera, protections: protections)
            growth += try deleteOwn(&queue, within: time, next)
            queues.append(queue)
        }
        var freed: Int64 = 0
        let needed = bytesToFree(for: growth)
        while freed < needed {
            var oldest: (index: Int, clip: StoredClip)?
            for index in queues.indices {
                guard let clip = try queues[index].first(next) else { continue }
                if oldest.map({ clip < $0.clip }) ?? true { oldest = (index, clip) }
            }
            guard let oldest else { break }
            freed += queues[oldest.index].deleteFirst()
        }
        for queue in queues { ends[queue.camera.name] = queue.end }
        return ends
    }

    /// Deletes what a camera's own limits demand, and returns by how much all its clips then grow.
    private func deleteOwn<Failure: Error>(
        _ queue: inout Queue, within time: Duration,
        _ next: (String, StoredClip?) throws(Failure) -> [StoredClip]
    ) throws(Failure) -> Int64 {
        let camera = queue.camera
        let age = age(of: camera)
        // What comes goes again if it is not kept as long as the forecast looks ahead.
        let coming = Int64(camera.rate * min(time, age ?? time).seconds)
        let over = limits.maximumBytes(of: camera.key).map { camera.bytes + coming - $0 } ?? 0
        var freed: Int64 = 0
        while freed < over || age != nil, let clip = try queue.first(next) {
            if freed >= over, let age {
                // A clip of an uncertain clock is as old as the next one of a certain clock.
                guard clip.isClockCertain else {
                    queue.holdFirst()
                    continue
                }
                guard clip.start <= now else {
                    queue.passFirst()
                    continue
                }
                guard now + time - clip.start > age else { break }
            }
            freed += queue.deleteFirst()
        }
        queue.putBack()
        return coming - max(freed, over, 0)
    }

    /// What must go so that the folder's limit holds and enough stays free.
    private func bytesToFree(for growth: Int64) -> Int64 {
        // As in `Retention.plan`: of what is no deletable clip, deleting clips mends nothing. Above the
        // folder's limit nothing goes then, below the free space as much as comes.
        var overLimit = limits.maximumBytes.map { usage.used + growth - $0 } ?? 0
        if overLimit - growth > usage.deletable { overLimit = 0 }
        var short = limits.minimumFree + growth - usage.space.free
        if short - growth > usage.deletable { short = growth }
        return max(overLimit, short)
    }
}

extension DeletionForecast {
    /// A camera's clips that may be deleted, oldest first, fetched as far as they are looked at.
    private struct Queue {
        let camera: Camera
        let protections: [Protection]
        private var waiting: ArraySlice<StoredClip> = []
        private var last: StoredClip?
        private var isAtEnd = false
        private var held: [StoredClip] = []
        private var passed: [StoredClip] = []
        /// Clips that begin before this are deleted.
        private(set) var end: WallTime?

        init(camera: Camera, protections: [Protection]) {
            self.camera = camera
            self.protections = protections
        }

        mutating func first<Failure: Error>(
            _ next: (String, StoredClip?) throws(Failure) -> [StoredClip]
        ) throws(Failure) -> StoredClip? {
            while waiting.isEmpty, !isAtEnd {
                let clips = try next(camera.name, last)
                last = clips.last
                isAtEnd = clips.isEmpty
                waiting = clips.filter { clip in !protections.contains { $0.covers(clip) } }[...]
            }
            return waiting.first
        }

        /// Sets the first clip aside until the next is decided on.
        mutating func holdFirst() {
            if let clip = waiting.popFirst() { held.append(clip) }
        }

        /// Leaves the first clip where it is, whatever is decided on the next.
        mutating func passFirst() {
            if let clip = waiting.popFirst() { passed.append(clip) }
        }

        /// Those that were set aside or passed are among the first again.
        mutating func putBack() {
            waiting = (passed + held + waiting).sorted()[...]
            (held, passed) = ([], [])
        }

        /// Deletes the first clip and those that were set aside, and returns their bytes.
        mutating func deleteFirst() -> Int64 {
            let gone = held + waiting.prefix(1)
            waiting = waiting.dropFirst()
            held = []
            // A clip that begins at the very end is not meant any more.
            for clip in gone { end = max(end ?? clip.start, clip.start + .nanoseconds(1)) }
            return gone.reduce(0) { $0 + $1.bytes }
        }
    }
}

extension VolumeReader {
    /// For each camera, the time before which its clips are expected to be deleted within `time`.
    ///
    /// - Throws: `IndexFault` if the index cannot be read.
    public func deletions(
        _ forecast: DeletionForecast, within time: Duration, protections: [Protection]
    ) throws(IndexFault) -> [String: WallTime] {
        try ask { (opened) throws(DatabaseError) in
            let statement = try opened.index.database.prepare(
                "SELECT path, camera, sequence, start_utc, end_utc, clock_uncertain, counted "
                    + "FROM clips WHERE camera = ? AND state = 1 "
                    + "AND (sequence, start_utc) > (?, ?) ORDER BY sequence, start_utc LIMIT 64")
            return try forecast.deletions(within: time, protections: protections) {
                (camera, last) throws(DatabaseError) in
                var clips: [StoredClip] = []
                try statement.run([
                    .text(camera == CatalogClip.unnamedCamera ? "" : camera),
                    last.map { DatabaseValue($0.sequence) } ?? .integer(-1),
                    .integer(last?.start.nanoseconds ?? 0),
                ]) { clips.append(StoredClip($0)) }
                return clips
            }
        }
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
