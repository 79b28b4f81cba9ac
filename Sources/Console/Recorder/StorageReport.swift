/// How full the volume is and with what.
public struct StorageReport: Codable, Hashable, Sendable {
    /// The output folder.
    public var folder: String
    /// Bytes that clips, index and exports take.
    public var usedBytes: Int64
    /// `MAX_FOLDER_SIZE_GB` in bytes.
    public var limitBytes: Int64
    /// Bytes free on the disk.
    public var freeBytes: Int64
    /// Bytes of the disk.
    public var totalBytes: Int64
    /// Bytes that stay free: `MIN_FREE_SPACE_GB`.
    public var reservedBytes: Int64
    /// Bytes of protected clips.
    public var protectedBytes: Int64
    /// Bytes of exports.
    public var exportBytes: Int64
    /// The first frame of the oldest clip.
    public var oldest: Timestamp?
    /// Days of video that are kept now.
    public var daysKept: Double?
    /// Days that the limit will keep at the present bit rates.
    public var daysExpected: Double?
    /// Bits per second of all cameras over the last day.
    public var bitrate: Double?
    /// Each camera's share.
    public var cameras: [CameraShare]
    /// The last deletions, the newest first, at most 100.
    public var deletions: [Deletion]

    /// One camera's share.
    public struct CameraShare: Codable, Hashable, Sendable {
        /// The camera's name.
        public var camera: String
        /// Bytes of its clips.
        public var bytes: Int64
        /// How many clips.
        public var clips: Int
        /// The first frame of its oldest clip.
        public var oldest: Timestamp?
        /// Its own limit in bytes, if it has one.
        public var limitBytes: Int64?

        /// Puts the facts together.
        public init(
            camera: String, bytes: Int64, clips: Int, oldest: Timestamp? = nil,
            limitBytes: Int64? = nil
        ) {
            self.camera = camera
            self.bytes = bytes
            self.clips = clips
            self.oldest = oldest
            self.limitBytes = limitBytes
        }
    }

    /// A clip that was deleted.
    public struct Deletion: Codable, Hashable, Sendable {
        /// Its file.
        public var path: String
        /// The camera's name.
        public var camera: String
        /// Bytes that became free.
        public var bytes: Int64
        /// Why: `folder-limit`, `free-space`, `age`, `camera-limit`, `empty`.
        public var reason: String
        /// When.
        public var at: Timestamp

        /// Puts the facts together.
        public init(path: String, camera: String, bytes: Int64, reason: String, at: Timestamp) {
            self.path = path
            self.camera = camera
            self.bytes = bytes
            self.reason = reason
            self.at = at
        }
    }

    /// Puts the facts together.
    public init(
        folder: String, usedBytes: Int64, limitBytes: Int64, freeBytes: Int64, totalBytes: Int64,
        reservedBytes: Int64, protectedBytes: Int64, exportBytes: Int64, oldest: Timestamp? = nil,
        daysKept: Double? = nil, daysExpected: Double? = nil, bitrate: Double? = nil,
        cameras: [CameraShare], deletions: [Deletion]
    ) {
        self.folder = folder
        self.usedBytes = usedBytes
        self.limitBytes = limitBytes
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
        self.reservedBytes = reservedBytes
        self.protectedBytes = protectedBytes
        self.exportBytes = exportBytes
        self.oldest = oldest
        self.daysKept = daysKept
        self.daysExpected = daysExpected
        self.bitrate = bitrate
        self.cameras = cameras
        self.deletions = deletions
    }
}
