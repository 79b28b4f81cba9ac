/// A doctor's look at cameras that is wanted.
public struct CheckupRequest: Codable, Hashable, Sendable {
    /// The camera; nil looks at every enabled one, one after the other.
    public var camera: String?
    /// For how many seconds each camera is looked at, 1 to 300; 30 if nil.
    public var seconds: Int?
    /// Whether it is tried how many sessions a camera gives, three at once at most; false if nil.
    ///
    /// Otherwise a camera is asked for one at a time, beside the recorder's.
    public var countSessions: Bool?

    /// Puts the facts together.
    public init(camera: String? = nil, seconds: Int? = nil, countSessions: Bool? = nil) {
        self.camera = camera
        self.seconds = seconds
        self.countSessions = countSessions
    }
}

/// A doctor's look at cameras, at the disk and at the clock: the findings of `cctv doctor`.
public struct CheckupRecord: Codable, Hashable, Sendable {
    /// What is being done.
    public enum State: String, Codable, Hashable, Sendable {
        /// A camera is looked at.
        case running
        /// Everything was looked at.
        case finished
        /// It ended before: a person wanted that, or nobody asked for it any more.
        case ended
    }

    /// What is being done.
    public var state: State
    /// When it began.
    public var started: Timestamp
    /// When it was over; nil while it runs.
    public var finished: Timestamp?
    /// For how many seconds each camera is looked at.
    public var seconds: Int
    /// How much of it is done by the clock, 0 to 1.
    public var progress: Double
    /// The cameras in the order in which they are looked at.
    public var cameras: [Visit]
    /// What concerns the machine: days kept, disk.
    public var machine: [Finding]

    /// One camera.
    public struct Visit: Codable, Hashable, Sendable {
        /// What is being done with it.
        public enum State: String, Codable, Hashable, Sendable {
            /// Others come first, or it was not looked at any more.
            case waiting
            /// It is looked at.
            case running
            /// It was looked at.
            case finished
            /// It could not be looked at; the finding says why.
            case failed
        }

        /// What of a camera is looked at.
        public enum Step: String, Codable, Hashable, Sendable {
            /// Its stream, as it is recorded.
            case stream
            /// The same over UDP.
            case udp
            /// How many sessions it gives.
            case sessions
        }

        /// Its name.
        public var camera: String
        /// What is being done with it.
        public var state: State
        /// What of it is looked at; nil unless it runs.
        public var step: Step?
        /// What was found.
        public var findings: [Finding]

        /// Puts the facts together.
        public init(camera: String, state: State, step: Step? = nil, findings: [Finding] = []) {
            self.camera = camera
            self.state = state
            self.step = step
            self.findings = findings
        }
    }

    /// One thing that was found.
    public struct Finding: Codable, Hashable, Sendable {
        /// How grave it is.
        public enum Level: String, Codable, Hashable, Sendable {
            /// As it should be.
            case good
            /// Worth knowing.
            case note
            /// To be mended.
            case bad
        }

        /// How grave it is.
        public var level: Level
        /// A stable name, such as `key-frames`.
        public var code: String
        /// What was found.
        public var text: String
        /// What to do about it; nil if nothing.
        public var advice: String?

        /// Puts the facts together.
        public init(level: Level, code: String, text: String, advice: String? = nil) {
            self.level = level
            self.code = code
            self.text = text
            self.advice = advice
        }
    }

    /// Puts the facts together.
    public init(
        state: State, started: Timestamp, finished: Timestamp? = nil, seconds: Int,
        progress: Double, cameras: [Visit], machine: [Finding] = []
    ) {
        self.state = state
        self.started = started
        self.finished = finished
        self.seconds = seconds
        self.progress = progress
        self.cameras = cameras
        self.machine = machine
    }
}
