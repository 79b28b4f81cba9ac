/// What can be told of a recorder at one instant; made about once a second.
public struct Situation: Equatable, Sendable {
    /// One camera.
    public struct Camera: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Whether it is to be recorded: enabled, and recording is on.
        public var isWanted: Bool
        /// Whether a session with it plays.
        public var isConnected: Bool
        /// Whether its video goes into clips.
        public var isRecorded: Bool
        /// Why not, in a sentence.
        public var reason: String?

        /// Puts the facts together.
        public init(
            name: String, isWanted: Bool, isConnected: Bool, isRecorded: Bool, reason: String? = nil
        ) {
            self.name = name
            self.isWanted = isWanted
            self.isConnected = isConnected
            self.isRecorded = isRecorded
            self.reason = reason
        }
    }

    /// The bytes of the volume.
    public struct Storage: Equatable, Sendable {
        /// What the recordings take.
        public var used: Int64
        /// What they may take.
        public var limit: Int64
        /// What is free on the disk.
        public var free: Int64
        /// What is to stay free.
        public var reserved: Int64

        /// Puts the facts together.
        public init(used: Int64, limit: Int64, free: Int64, reserved: Int64) {
            self.used = used
            self.limit = limit
            self.free = free
            self.reserved = reserved
        }
    }

    /// The cameras in the order of the settings.
    public var cameras: [Camera]
    /// Why nothing can be written, in a sentence; nil if the disk takes clips.
    public var diskTrouble: String?
    /// The bytes of the volume; nil while they are not known.
    public var storage: Storage?

    /// Puts the facts together.
    public init(cameras: [Camera], diskTrouble: String? = nil, storage: Storage? = nil) {
        self.cameras = cameras
        self.diskTrouble = diskTrouble
        self.storage = storage
    }
}
