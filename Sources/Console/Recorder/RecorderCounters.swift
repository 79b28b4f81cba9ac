/// What has happened since the recorder started: numbers that only grow.
public struct RecorderCounters: Hashable, Sendable {
    /// How long calls took, by buckets.
    public struct Histogram: Hashable, Sendable {
        /// The upper bounds of the buckets in seconds, growing.
        public var bounds: [Double]
        /// Calls in each bucket, and last those that took longer than every bound.
        public var counts: [UInt64]
        /// Seconds of all calls together.
        public var sum: Double

        /// Puts the facts together; there is one count more than bounds.
        public init(bounds: [Double] = [], counts: [UInt64] = [0], sum: Double = 0) {
            self.bounds = bounds
            self.counts = counts
            self.sum = sum
        }
    }

    /// RTP packets received, by camera.
    public var packets: [String: UInt64] = [:]
    /// Clips that became final, by camera.
    public var clipsFinished: [String: UInt64] = [:]
    /// Seconds in which an enabled camera was not recorded, by camera and the cause's stable name.
    public var gapSeconds: [String: [String: Double]] = [:]
    /// Clips deleted, by reason.
    public var deletedClips: [String: UInt64] = [:]
    /// Bytes written to the volume.
    public var writtenBytes: UInt64 = 0
    /// Calls that failed, to write or to make bytes safe.
    public var writeErrors: UInt64 = 0
    /// How long writes and flushes took.
    public var writes = Histogram()
    /// Who watches live pictures now; nil if nobody can.
    public var liveViewers: Int?
    /// Fragments that viewers were too slow for.
    public var liveDroppedFragments: UInt64?

    /// Nothing has happened yet.
    public init() {}
}
