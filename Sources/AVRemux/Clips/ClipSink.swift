public import ISOBMFF
public import Platform

/// Names one open clip between a `CameraRecorder` and its sink.
public struct ClipToken: Hashable, Sendable {
    /// A number the sink gave; unique while the process lives.
    public let number: UInt64

    /// A token with the sink's own number.
    public init(number: UInt64) { self.number = number }
}

/// The first facts of a clip, known when its first key frame arrives.
public struct ClipStart: Sendable {
    /// The camera's name.
    public var camera: String
    /// When the clip's first key frame arrived, by the wall clock.
    public var start: WallTime
    /// The same instant on the clock that never steps.
    public var startMonotonic: MonotonicTime
    /// An `ftyp` and a `moov` box that describe the tracks (ISO/IEC 14496-12 4.3 and 8.2.1).
    public var muxerBytes: [UInt8]

    /// Describes a clip that begins.
    public init(
        camera: String, start: WallTime, startMonotonic: MonotonicTime, muxerBytes: [UInt8]
    ) {
        self.camera = camera
        self.start = start
        self.startMonotonic = startMonotonic
        self.muxerBytes = muxerBytes
    }
}

/// The last facts of a clip.
public struct ClipFinish: Sendable, Equatable {
    /// Why the clip ended.
    public enum Reason: String, Sendable, CaseIterable {
        /// Its time was over.
        case rotated
        /// The user or the program's end stopped the recording.
        case stopped
        /// The camera ended the session, or the network did.
        case cameraClosed
        /// No video arrived for the stall time.
        case stalled
        /// Picture size, profile or codec changed, or audio came or went.
        case parametersChanged
        /// The camera's clock or ours jumped and stayed there.
        case timeJump
        /// The sink closed the clip, because the disk refused it.
        case diskFailed
        /// The clip approached the size that a 32-bit box can hold, or what the limits leave it.
        case sizeLimit
    }

    /// Why the clip ended.
    public var reason: Reason
    /// The end of the last frame, its arrival and its duration, by the wall clock.
    public var end: WallTime
    /// The same instant on the clock that never steps.
    public var endMonotonic: MonotonicTime
    /// RTP packets that were sent by the camera and never arrived, while the clip was open.
    public var lostPackets: UInt64
    /// Time stamps that had to be repaired, while the clip was open.
    public var timeRepairs: UInt64

    /// Describes how a clip ended.
    public init(
        reason: Reason, end: WallTime, endMonotonic: MonotonicTime, lostPackets: UInt64,
        timeRepairs: UInt64
    ) {
        self.reason = reason
        self.end = end
        self.endMonotonic = endMonotonic
        self.lostPackets = lostPackets
        self.timeRepairs = timeRepairs
    }
}

/// What becomes of a fragment that a sink was given.
public enum ClipAnswer: Sendable {
    /// It is taken and will be written.
    case taken
    /// It is taken, and another clip should begin at the next key frame: there is little room left.
    case takenAsRoomEnds
    /// Nothing was taken, because too much waits for the disk; the clip may go on at a key frame.
    case noRoom
    /// Nothing was taken and nothing ever will be: another clip must begin at a key frame.
    case closed
}

/// Where a `CameraRecorder` puts its clips.
///
/// Every call comes from the camera's thread and must return at once: no disk, no database, no lock
/// that is held while another thread waits for either.
public protocol ClipSink: Sendable {
    /// Begins a clip and returns the name for what follows.
    func begin(_ clip: ClipStart) -> ClipToken
    /// Takes the clip's next fragment, or says why nothing was taken.
    func append(_ fragment: Fragment, to clip: ClipToken) -> ClipAnswer
    /// Ends a clip; no fragment follows.
    func end(_ clip: ClipToken, _ finish: ClipFinish)
}
