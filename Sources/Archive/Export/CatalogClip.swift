public import ISOBMFF
public import Platform

/// A clip of a volume and the time that it covers.
public struct CatalogClip: Hashable, Sendable {
    /// The name of the one camera of `RTSP_URL`, whose clips carry none.
    public static let unnamedCamera = "camera"

    /// Relative to the volume.
    public var path: String
    /// Whose clip it is and when it began.
    public var header: ClipHeader
    /// Open or final.
    public var state: ClipState
    /// How it ended; of an open clip, what its last whole fragment tells.
    public var end: ClipEnd
    /// Bytes of the file.
    public var byteCount: Int64

    /// A clip of a volume.
    public init(
        path: String, header: ClipHeader, state: ClipState, end: ClipEnd, byteCount: Int64
    ) {
        self.path = path
        self.header = header
        self.state = state
        self.end = end
        self.byteCount = byteCount
    }

    /// The camera's name.
    public var camera: String {
        header.cameraName.isEmpty ? Self.unnamedCamera : header.cameraName
    }

    /// Arrival of the first picture.
    public var start: WallTime { WallTime(nanoseconds: header.startUTC) }

    /// The end of the last picture, by the clock that never steps from the start on.
    public var endTime: WallTime { start + .nanoseconds(ClipTimeline.length(of: self)) }

    /// Whether the clip lies in `range` with any of its pictures.
    func overlaps(_ range: Range<WallTime>) -> Bool {
        start < range.upperBound && endTime > range.lowerBound
    }
}

/// Time between two clips of a camera, or inside one, that no picture covers.
public struct CoverageGap: Hashable, Sendable {
    /// The end of the last picture before it.
    public var start: WallTime
    /// The first picture after it.
    public var end: WallTime

    /// A gap.
    public init(start: WallTime, end: WallTime) {
        self.start = start
        self.end = end
    }

    /// How long nothing was recorded.
    public var duration: Duration { end - start }
}
