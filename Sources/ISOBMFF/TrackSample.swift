/// One sample of a track: its time, its size and whether decoding can begin with it.
public struct TrackSample: Hashable, Sendable {
    /// Ticks of the track's timescale to the next sample's decode time; at least 1.
    public var duration: UInt32
    /// Bytes; at least 1.
    public var size: UInt32
    /// Ticks from decode time to presentation time; negative is legal.
    public var compositionOffset: Int32
    /// Whether it is a sync sample: a key frame, or any sample of sound.
    public var isSync: Bool

    /// A sample of `size` bytes.
    public init(duration: UInt32, size: UInt32, compositionOffset: Int32 = 0, isSync: Bool) {
        self.duration = duration
        self.size = size
        self.compositionOffset = compositionOffset
        self.isSync = isSync
    }
}

/// Samples of one track that follow each other in time and in the file.
public struct TrackRun: Hashable, Sendable {
    /// The track's number in the file.
    public var trackID: UInt32
    /// Decode time of the first sample, in ticks of the track's timescale.
    public var baseDecodeTime: UInt64
    /// The samples in decoding order; the durations of all but the last lead to the next one.
    public var samples: [TrackSample]
    /// Bytes from the fragment's first byte to the first sample's first.
    public var dataOffset: Int

    /// A run of samples.
    public init(trackID: UInt32, baseDecodeTime: UInt64, samples: [TrackSample], dataOffset: Int) {
        self.trackID = trackID
        self.baseDecodeTime = baseDecodeTime
        self.samples = samples
        self.dataOffset = dataOffset
    }

    /// Bytes of all samples.
    public var byteCount: UInt64 { samples.reduce(0) { $0 &+ UInt64($1.size) } }

    /// Ticks from the first decode time to the end of the last sample.
    public var duration: UInt64 { samples.reduce(0) { $0 &+ UInt64($1.duration) } }
}
