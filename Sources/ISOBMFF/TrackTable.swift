/// The samples of one track, as compact as the boxes that will tell of them.
public struct TrackTable: Hashable, Sendable {
    /// The track.
    public let track: TrackDescription
    /// Decode time of the first sample, in ticks; 0 if there is none.
    public private(set) var firstDecodeTime: UInt64 = 0
    /// Bytes of all samples.
    public private(set) var byteCount: UInt64 = 0
    private(set) var sizes: [UInt32] = []
    /// Ticks from each sample to the next; the last sample's is in `lastDuration`.
    private(set) var durations = RunLengths<UInt32>()
    private(set) var compositionOffsets = RunLengths<Int32>()
    /// Numbers of the sync samples, from 1.
    private(set) var syncSamples: [UInt32] = []
    private(set) var chunks: [Chunk] = []
    private(set) var lastDuration: UInt32 = 0
    private var lastDecodeTime: UInt64 = 0

    /// Samples that lie together in the file.
    struct Chunk: Hashable, Sendable {
        var offset: UInt64
        var sampleCount: UInt32
        /// The sample entry that describes them, from 1.
        var entry: UInt32 = 1
    }

    init(track: TrackDescription) { self.track = track }

    /// How many samples there are.
    public var sampleCount: Int { sizes.count }

    /// How many of them are sync samples.
    public var syncSampleCount: Int { syncSamples.count }

    /// Decode time of the end of the last sample, in ticks; 0 if there is none.
    public var endTime: UInt64 { sizes.isEmpty ? 0 : lastDecodeTime &+ UInt64(lastDuration) }

    /// Ticks from the first decode time to the end of the last sample: the sum of `stts`.
    public var duration: UInt64 { endTime &- firstDecodeTime }

    /// Where the table ends, from which the next run must go on.
    var tail: Tail {
        Tail(sampleCount: sizes.count, lastDecodeTime: sizes.isEmpty ? nil : lastDecodeTime)
    }

    /// The end of a table, by which a run is judged before it is taken.
    struct Tail {
        var sampleCount: Int
        var lastDecodeTime: UInt64?

        /// Moves over `run` if it may follow.
        mutating func advance(over run: TrackRun) throws(FormatError) {
            guard let last = run.samples.last else { return }
            sampleCount += run.samples.count
            guard sampleCount <= SampleTables.maximumSampleCount else {
                throw .tooLarge("more than 4,194,304 samples in a track")
            }
            if let lastDecodeTime {
                let time = run.baseDecodeTime
                guard time > lastDecodeTime, time - lastDecodeTime <= UInt64(Int32.max) else {
                    throw .invalid("tfdt", "decode time \(time) after \(lastDecodeTime)")
                }
            }
            guard run.samples.allSatisfy({ $0.duration > 0 && $0.duration <= Int32.max }),
                run.baseDecodeTime <= UInt64(Int64.max) - run.duration
            else { throw .invalid("trun", "decode times that do not grow or pass 63 bits") }
            lastDecodeTime = run.baseDecodeTime + run.duration - UInt64(last.duration)
        }
    }

    /// Takes a run that `Tail.advance` has let pass; `entry` is the sample entry that describes it.
    mutating func append(_ run: TrackRun, at offset: UInt64, entry: UInt32 = 1) {
        guard let last = run.samples.last else { return }
        if sizes.isEmpty {
            firstDecodeTime = run.baseDecodeTime
        } else {
            durations.append(UInt32(clamping: run.baseDecodeTime &- lastDecodeTime))
        }
        for sample in run.samples {
            sizes.append(sample.size)
            byteCount &+= UInt64(sample.size)
            compositionOffsets.append(sample.compositionOffset)
            if sample.isSync { syncSamples.append(UInt32(clamping: sizes.count)) }
        }
        for sample in run.samples.dropLast() { durations.append(sample.duration) }
        lastDecodeTime = run.baseDecodeTime &+ run.duration &- UInt64(last.duration)
        lastDuration = last.duration
        chunks.append(
            Chunk(
                offset: offset, sampleCount: UInt32(clamping: run.samples.count), entry: entry))
    }
}

/// Values of which neighbours are often equal.
struct RunLengths<Value: Hashable & Sendable>: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var count: UInt32
        var value: Value
    }

    private(set) var entries: [Entry] = []

    mutating func append(_ value: Value) {
        if let last = entries.last, last.value == value {
            entries[entries.count - 1].count &+= 1
        } else {
            entries.append(Entry(count: 1, value: value))
        }
    }
}
