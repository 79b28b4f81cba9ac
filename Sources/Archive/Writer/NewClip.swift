public import ISOBMFF
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

    /// Describes a clip that begins now.
    public init(
        camera: String?, start: WallTime, startMonotonic: MonotonicTime, muxerBytes: [UInt8]
    ) {
        self.camera = camera
        self.start = start
        self.startMonotonic = startMonotonic
        self.muxerBytes = muxerBytes
    }
}

/// How and when a clip ended, as its camera's thread saw it.
public struct ClipEnding: Hashable, Sendable {
    /// Why no more is written to it.
    public var reason: EndReason
    /// The end of the last picture by the wall clock.
    public var end: WallTime
    /// The same instant by the clock that never steps.
    public var endMonotonic: MonotonicTime
    /// RTP packets that the sequence numbers say were lost during the clip.
    public var lostPackets: UInt32
    /// Times the camera's clock was repaired during the clip.
    public var timeRepairs: UInt32

    /// Describes a clip's end.
    public init(
        reason: EndReason, end: WallTime, endMonotonic: MonotonicTime, lostPackets: UInt32 = 0,
        timeRepairs: UInt32 = 0
    ) {
        self.reason = reason
        self.end = end
        self.endMonotonic = endMonotonic
        self.lostPackets = lostPackets
        self.timeRepairs = timeRepairs
    }
}
