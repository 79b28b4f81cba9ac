/// An export that is wanted: one MP4 for each camera.
public struct ExportDraft: Codable, Hashable, Sendable {
    /// The cameras; at least one.
    public var cameras: [String]
    /// From when; the video begins with the key frame at or before it.
    public var from: Timestamp
    /// Until when; after `from`.
    public var to: Timestamp
    /// Whether players begin exactly at `from`, by an edit list.
    public var exact: Bool?

    /// Puts the facts together.
    public init(cameras: [String], from: Timestamp, to: Timestamp, exact: Bool? = nil) {
        self.cameras = cameras
        self.from = from
        self.to = to
        self.exact = exact
    }
}

/// What an export would be.
public struct ExportEstimate: Codable, Hashable, Sendable {
    /// One for each camera.
    public var parts: [Part]
    /// Bytes of all.
    public var bytes: Int64

    /// One camera's part.
    public struct Part: Codable, Hashable, Sendable {
        /// The camera's name.
        public var camera: String
        /// Bytes of the MP4, within a few kilobytes.
        public var bytes: Int64
        /// Where it really begins, with a key frame.
        public var start: Timestamp?
        /// Where it ends.
        public var end: Timestamp?
        /// Seconds that it begins before what was asked for.
        public var leadSeconds: Double
        /// Seconds of the range that were not recorded.
        public var gapSeconds: Double
        /// Clips it is made of; 0 if nothing was recorded.
        public var clips: Int

        /// Puts the facts together.
        public init(
            camera: String, bytes: Int64, start: Timestamp? = nil, end: Timestamp? = nil,
            leadSeconds: Double, gapSeconds: Double, clips: Int
        ) {
            self.camera = camera
            self.bytes = bytes
            self.start = start
            self.end = end
            self.leadSeconds = leadSeconds
            self.gapSeconds = gapSeconds
            self.clips = clips
        }
    }

    /// Puts the facts together.
    public init(parts: [Part], bytes: Int64) {
        self.parts = parts
        self.bytes = bytes
    }
}

/// An export that was asked for.
public struct ExportRecord: Codable, Hashable, Sendable {
    /// What is being done with it.
    public enum State: String, Codable, Hashable, Sendable {
        /// Others are made first.
        case waiting
        /// It is being written.
        case running
        /// Its files can be fetched.
        case finished
        /// It could not be made; `error` says why.
        case failed
    }

    /// Its number.
    public var id: Int64
    /// The camera's name.
    public var camera: String
    /// What was asked for.
    public var from: Timestamp
    /// What was asked for.
    public var to: Timestamp
    /// Whether it was to begin exactly.
    public var exact: Bool
    /// When it was asked for.
    public var created: Timestamp
    /// What is being done with it.
    public var state: State
    /// 0 to 1.
    public var progress: Double
    /// Bytes of the MP4, once it is known.
    public var bytes: Int64?
    /// Its SHA-256 in hexadecimal, once it is finished.
    public var sha256: String?
    /// Where it really begins, once it is known.
    public var start: Timestamp?
    /// Where it really ends, once it is known.
    public var end: Timestamp?
    /// Seconds that it begins before what was asked for.
    public var leadSeconds: Double?
    /// Seconds of the range that were not recorded.
    public var gapSeconds: Double?
    /// Why it failed.
    public var error: String?

    /// Puts the facts together.
    public init(
        id: Int64, camera: String, from: Timestamp, to: Timestamp, exact: Bool, created: Timestamp,
        state: State, progress: Double, bytes: Int64? = nil, sha256: String? = nil,
        start: Timestamp? = nil, end: Timestamp? = nil, leadSeconds: Double? = nil,
        gapSeconds: Double? = nil, error: String? = nil
    ) {
        self.id = id
        self.camera = camera
        self.from = from
        self.to = to
        self.exact = exact
        self.created = created
        self.state = state
        self.progress = progress
        self.bytes = bytes
        self.sha256 = sha256
        self.start = start
        self.end = end
        self.leadSeconds = leadSeconds
        self.gapSeconds = gapSeconds
        self.error = error
    }
}

/// What can be fetched of a finished export.
public enum ExportPart: Sendable {
    /// The MP4.
    case video
    /// The JSON beside it: SHA-256, sources, gaps, repairs.
    case manifest
}
