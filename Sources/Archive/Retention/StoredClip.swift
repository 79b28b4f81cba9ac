public import Platform

/// A clip that is final and may be deleted, as the retention sees it.
public struct StoredClip: Hashable, Sendable {
    /// Its place in the order of all clips of the volume.
    public var sequence: UInt64
    /// The camera's `NAME`; nil for the camera of `RTSP_URL`.
    public var camera: String?
    /// Relative to the volume.
    public var path: String
    /// Arrival of the first picture.
    public var start: WallTime
    /// The end of the last picture.
    public var end: WallTime
    /// Whether the wall clock could be right when it began.
    public var isClockCertain: Bool
    /// What it counts for in the limits.
    public var bytes: Int64

    /// A clip that is final.
    public init(
        sequence: UInt64, camera: String?, path: String, start: WallTime, end: WallTime,
        isClockCertain: Bool = true, bytes: Int64
    ) {
        self.sequence = sequence
        self.camera = camera
        self.path = path
        self.start = start
        self.end = end
        self.isClockCertain = isClockCertain
        self.bytes = bytes
    }
}

extension StoredClip: Comparable {
    /// Orders clips from the oldest to the newest.
    ///
    /// The number decides, because wall clocks step; clips of two recorders may share one.
    public static func < (a: Self, b: Self) -> Bool {
        (a.sequence, a.start, a.path) < (b.sequence, b.start, b.path)
    }
}
