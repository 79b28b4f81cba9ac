public import Platform

/// What the archive must know to begin a clip.
public struct NewClip: Sendable {
    /// The camera's `NAME`; nil for the one camera of `RTSP_URL`, whose clips lie in no folder.
    public var camera: String?
    /// Arrival of the first picture by the wall clock; becomes the clip's name.
    public var start: WallTime
    /// The same instant by the clock that never steps; becomes the clip's place in the order.
    public var startMonotonic: MonotonicTime
    /// `ftyp` and `moov` as the muxer wrote them, some kilobytes.
    public var muxerBytes: [UInt8]
    /// Whether the wall clock was not known to be right when the clip began.
    public var clockUncertain: Bool

    /// Describes a clip that begins now.
    public init(
        camera: String?, start: WallTime, startMonotonic: MonotonicTime, muxerBytes: [UInt8],
        clockUncertain: Bool = false
    ) {
        self.camera = camera
        self.start = start
        self.startMonotonic = startMonotonic
        self.muxerBytes = muxerBytes
        self.clockUncertain = clockUncertain
    }
}

/// How and when a clip ended, as its camera's thread saw it.
public struct ClipEnding: Hashable, Sendable {
    /// Why no more is written to it.
    public var reason: Reason
    /// Arrival of the last picture by the wall clock.
    public var end: WallTime
    /// RTP packets that the sequence numbers say were lost during the clip.
    public var lostPackets: UInt64
    /// Samples that were received and not recorded: time repairs, a full queue.
    public var droppedSamples: UInt64

    /// Why a clip ended.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Its time was up; the next clip goes on with the next picture.
        case rotated
        /// The user stopped the recording, or the recorder stops.
        case stopped
        /// The session ended: the camera closed, stalled or could not be reached.
        case sessionEnded = "session-ended"
        /// The camera changed its pictures' size, codec or time line.
        case streamChanged = "stream-changed"
        /// The machine's clock stepped.
        case clockStep = "clock-step"
        /// The queue to the disk was full and samples were dropped.
        case queueFull = "queue-full"
        /// The disk refused to take more.
        case diskError = "disk-error"
    }

    /// Describes a clip's end.
    public init(
        reason: Reason, end: WallTime, lostPackets: UInt64 = 0, droppedSamples: UInt64 = 0
    ) {
        self.reason = reason
        self.end = end
        self.lostPackets = lostPackets
        self.droppedSamples = droppedSamples
    }
}
