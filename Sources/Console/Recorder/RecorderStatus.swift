/// The whole present state of a recorder: what one look at the console shows.
public struct RecorderStatus: Codable, Hashable, Sendable {
    /// The state in one word that can be read across a room.
    public enum State: String, Codable, Hashable, Sendable {
        /// Every enabled camera is recorded.
        case recording
        /// Some enabled cameras are recorded and some are not.
        case partly
        /// Recording is on, and no camera is recorded yet or any more.
        case trouble
        /// Recording was stopped by a person or waits for one.
        case stopped
        /// There is no enabled camera.
        case empty

        /// The state that follows from what is done with the cameras.
        ///
        /// - Parameter isOn: whether recording is switched on.
        public init(of cameras: [CameraReport], isOn: Bool) {
            let states = cameras.map(\.state).filter { $0 != .disabled }
            let recorded = states.filter { $0 == .recording }.count
            self =
                if states.isEmpty {
                    .empty
                } else if !isOn || states.allSatisfy({ $0 == .stopped }) {
                    .stopped
                } else {
                    recorded == states.count ? .recording : recorded > 0 ? .partly : .trouble
                }
        }

        /// Whether some camera is to be recorded.
        public var isOn: Bool { self != .stopped && self != .empty }
    }

    /// The state in one word.
    public var state: State
    /// Whether recording is switched on.
    public var recording: Bool
    /// cctv's version.
    public var version: String
    /// The process's number.
    public var pid: Int32
    /// When the recorder started.
    public var started: Timestamp
    /// The recorder's present time, by which every other time is to be read.
    public var now: Timestamp
    /// The name of the machine's time zone, such as `Europe/Paris`, for the browser to show times in.
    public var timeZone: String
    /// Whether the clock can be right.
    public var clockTrusted: Bool
    /// Where clips go.
    public var outputFolder: String
    /// Bytes that wait to be written.
    public var queuedBytes: Int
    /// Whether the disk takes clips.
    public var volume: VolumeStatus
    /// The cameras in the order of the settings.
    public var cameras: [CameraReport]
    /// What is wrong, the gravest first; empty if all is well.
    public var problems: [Problem]

    /// Whether the disk takes clips.
    public struct VolumeStatus: Codable, Hashable, Sendable {
        /// Whether it does.
        public var ok: Bool
        /// Why not, by a stable name: `unmounted`, `read-only`, `full` or `failing`.
        public var code: String?
        /// Why not, and what to do.
        public var reason: String?
        /// Since when not.
        public var since: Timestamp?

        /// Puts the facts together.
        public init(
            ok: Bool, code: String? = nil, reason: String? = nil, since: Timestamp? = nil
        ) {
            self.ok = ok
            self.code = code
            self.reason = reason
            self.since = since
        }
    }

    /// Something that a person should mend.
    public struct Problem: Codable, Hashable, Sendable {
        /// A stable name: `camera.silent`, `camera.refused`, `volume.down`, `volume.slow`,
        /// `protections.crowd`, `clock.uncertain`, `settings.refused`.
        public var code: String
        /// The camera it is about, if one.
        public var camera: String?
        /// Since when.
        public var since: Timestamp?
        /// What is wrong, and what to do.
        public var text: String

        /// Puts the facts together.
        public init(code: String, camera: String? = nil, since: Timestamp? = nil, text: String) {
            self.code = code
            self.camera = camera
            self.since = since
            self.text = text
        }
    }

    /// Puts the facts together.
    public init(
        state: State, recording: Bool, version: String, pid: Int32, started: Timestamp,
        now: Timestamp, timeZone: String, clockTrusted: Bool, outputFolder: String,
        queuedBytes: Int, volume: VolumeStatus, cameras: [CameraReport], problems: [Problem]
    ) {
        self.state = state
        self.recording = recording
        self.version = version
        self.pid = pid
        self.started = started
        self.now = now
        self.timeZone = timeZone
        self.clockTrusted = clockTrusted
        self.outputFolder = outputFolder
        self.queuedBytes = queuedBytes
        self.volume = volume
        self.cameras = cameras
        self.problems = problems
    }
}

/// The present state of one camera.
public struct CameraReport: Codable, Hashable, Sendable {
    /// What is being done with it.
    public enum State: String, Codable, Hashable, Sendable {
        /// Its video goes into clips.
        case recording
        /// A session is being opened.
        case connecting
        /// The next attempt is waited for; `reason` says why.
        case waiting
        /// A person stopped it.
        case stopped
        /// It is not enabled in the settings.
        case disabled
    }

    /// Its name.
    public var name: String
    /// What is being done with it.
    public var state: State
    /// Since when.
    public var since: Timestamp?
    /// Why there is no session, in a sentence with what to do.
    public var reason: String?
    /// The cause's stable name as the gap ledger has it, such as `refused-login`.
    public var cause: String?
    /// Seconds until the next attempt.
    public var retrySeconds: Double?
    /// The address without its password.
    public var url: String
    /// The video of the present or last session: codec as people call it, width, height.
    public var video: VideoRecord?
    /// What becomes of the sound, in a sentence.
    public var audio: String?
    /// Bits per second, measured over the last seconds.
    public var bitrate: Double?
    /// Frames per second, measured over the last seconds.
    public var frameRate: Double?
    /// When the last video frame arrived.
    public var lastVideo: Timestamp?
    /// The clip that is being recorded.
    public var clip: OpenClip?
    /// Video frames that went into clips since the recorder started.
    public var frames: UInt64
    /// Bytes of samples that went into clips since the recorder started.
    public var bytes: UInt64
    /// Sessions that began since the recorder started.
    public var sessions: UInt64
    /// RTP packets lost since the recorder started.
    public var lostPackets: UInt64
    /// Frames dropped because the disk was slow, since the recorder started.
    public var droppedFrames: UInt64
    /// Time stamps repaired since the recorder started.
    public var timeRepairs: UInt64

    /// The clip that is being recorded.
    public struct OpenClip: Codable, Hashable, Sendable {
        /// Its number.
        public var id: Int64
        /// Its file, relative to the output folder.
        public var path: String
        /// When its first frame arrived.
        public var start: Timestamp

        /// Puts the facts together.
        public init(id: Int64, path: String, start: Timestamp) {
            self.id = id
            self.path = path
            self.start = start
        }
    }

    /// A video stream.
    public struct VideoRecord: Codable, Hashable, Sendable {
        /// The codec's stable name: `h264`, `hevc`, `mjpeg`.
        public var codec: String
        /// The codec as people call it: `H.264`.
        public var codecName: String
        /// The codec for `MediaSource.isTypeSupported` (RFC 6381): `avc1.64001f`; nil if unknown.
        public var codecs: String?
        /// Pixels.
        public var width: Int
        /// Pixels.
        public var height: Int

        /// Puts the facts together.
        public init(
            codec: String, codecName: String, codecs: String? = nil, width: Int, height: Int
        ) {
            self.codec = codec
            self.codecName = codecName
            self.codecs = codecs
            self.width = width
            self.height = height
        }
    }

    /// Puts the facts together.
    public init(
        name: String, state: State, since: Timestamp? = nil, reason: String? = nil,
        cause: String? = nil, retrySeconds: Double? = nil, url: String, video: VideoRecord? = nil,
        audio: String? = nil, bitrate: Double? = nil, frameRate: Double? = nil,
        lastVideo: Timestamp? = nil, clip: OpenClip? = nil, frames: UInt64, bytes: UInt64,
        sessions: UInt64, lostPackets: UInt64, droppedFrames: UInt64, timeRepairs: UInt64
    ) {
        self.name = name
        self.state = state
        self.since = since
        self.reason = reason
        self.cause = cause
        self.retrySeconds = retrySeconds
        self.url = url
        self.video = video
        self.audio = audio
        self.bitrate = bitrate
        self.frameRate = frameRate
        self.lastVideo = lastVideo
        self.clip = clip
        self.frames = frames
        self.bytes = bytes
        self.sessions = sessions
        self.lostPackets = lostPackets
        self.droppedFrames = droppedFrames
        self.timeRepairs = timeRepairs
    }
}
