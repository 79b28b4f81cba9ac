/// A stretch of time of some cameras.
public struct SpanQuery: Hashable, Sendable {
    /// Only these cameras; all, also those that are no longer configured, if empty.
    public var cameras: [String]
    /// From when.
    public var from: Timestamp
    /// Until when, exclusive; at most 62 days after `from`.
    public var to: Timestamp

    /// A stretch of time.
    public init(cameras: [String], from: Timestamp, to: Timestamp) {
        self.cameras = cameras
        self.from = from
        self.to = to
    }
}

/// What the time line draws.
public struct Timeline: Codable, Hashable, Sendable {
    /// From when it tells.
    public var from: Timestamp
    /// Until when it tells: the end of the query, or now.
    public var to: Timestamp
    /// The first frame of the whole volume; nil if there is none.
    public var oldest: Timestamp?
    /// A lane for each camera.
    public var lanes: [Lane]

    /// One camera's stretch of time.
    public struct Lane: Codable, Hashable, Sendable {
        /// The camera's name.
        public var camera: String
        /// Whether it is still configured.
        public var configured: Bool
        /// Clips in order.
        public var clips: [Span]
        /// Missing time in order, adjoining or not.
        public var gaps: [GapRecord]
        /// Clips that begin before this are expected to be deleted within 24 hours; nil if none.
        public var deletedSoonBefore: Timestamp?
        /// Protected stretches.
        public var protections: [ProtectionRecord]

        /// Puts the facts together.
        public init(
            camera: String, configured: Bool, clips: [Span], gaps: [GapRecord],
            deletedSoonBefore: Timestamp? = nil, protections: [ProtectionRecord]
        ) {
            self.camera = camera
            self.configured = configured
            self.clips = clips
            self.gaps = gaps
            self.deletedSoonBefore = deletedSoonBefore
            self.protections = protections
        }
    }

    /// A clip on the line.
    public struct Span: Codable, Hashable, Sendable {
        /// The clip's number.
        public var id: Int64
        /// When its first frame arrived.
        public var start: Timestamp
        /// The end of its last frame.
        public var end: Timestamp
        /// Its length by the camera's clock: media time runs from 0 to this in the file.
        public var seconds: Double
        /// Bytes of the file.
        public var bytes: Int64
        /// Whether it is being recorded.
        public var open: Bool

        /// Puts the facts together.
        public init(
            id: Int64, start: Timestamp, end: Timestamp, seconds: Double, bytes: Int64, open: Bool
        ) {
            self.id = id
            self.start = start
            self.end = end
            self.seconds = seconds
            self.bytes = bytes
            self.open = open
        }
    }

    /// Puts the facts together.
    public init(from: Timestamp, to: Timestamp, oldest: Timestamp? = nil, lanes: [Lane]) {
        self.from = from
        self.to = to
        self.oldest = oldest
        self.lanes = lanes
    }
}

/// Time that is in no clip.
public struct GapRecord: Codable, Hashable, Sendable {
    /// The camera's name.
    public var camera: String
    /// The cause's stable name (`stalled`, `refused-login` ...), or `unknown`; `deleted` is time
    /// that was recorded and deleted since, `disabled` is time in which nobody wanted it.
    public var cause: String
    /// What a person should know besides; empty if nothing.
    public var detail: String
    /// From when.
    public var start: Timestamp
    /// Until when.
    public var end: Timestamp

    /// Puts the facts together.
    public init(camera: String, cause: String, detail: String, start: Timestamp, end: Timestamp) {
        self.camera = camera
        self.cause = cause
        self.detail = detail
        self.start = start
        self.end = end
    }
}

/// How much of a camera's time was recorded.
public struct CoverageRecord: Codable, Hashable, Sendable {
    /// The camera's name.
    public var camera: String
    /// Recorded share of the time in which it was to be recorded, 0 to 1; nil if there was none.
    public var share: Double?
    /// Seconds in which it was to be recorded.
    public var enabledSeconds: Double
    /// Seconds that are in clips, or were.
    public var recordedSeconds: Double
    /// The longest gap in seconds.
    public var longestGapSeconds: Double?
    /// Seconds per cause.
    public var causes: [String: Double]
    /// RTP packets lost inside clips.
    public var lostPackets: Int

    /// Puts the facts together.
    public init(
        camera: String, share: Double? = nil, enabledSeconds: Double, recordedSeconds: Double,
        longestGapSeconds: Double? = nil, causes: [String: Double], lostPackets: Int
    ) {
        self.camera = camera
        self.share = share
        self.enabledSeconds = enabledSeconds
        self.recordedSeconds = recordedSeconds
        self.longestGapSeconds = longestGapSeconds
        self.causes = causes
        self.lostPackets = lostPackets
    }
}
