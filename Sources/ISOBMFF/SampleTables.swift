/// What the final `moov` must say of the samples, gathered fragment by fragment.
///
/// A value of about 5 bytes per sample, most tables being run-length coded. One thread at a time.
public struct SampleTables: Hashable, Sendable {
    /// No clip has more samples in a track; a hostile file could ask for any memory.
    public static let maximumSampleCount = 1 << 22

    /// The tracks in the order of the init segment.
    public private(set) var tracks: [TrackTable]
    /// How many fragments were taken.
    public private(set) var fragmentCount: UInt32 = 0

    /// Empty tables for `tracks`.
    public init(tracks: [TrackDescription]) { self.tracks = tracks.map(TrackTable.init) }

    /// Takes the samples of a fragment that begins `fileOffset` bytes into the clip.
    ///
    /// - Throws: `FormatError` if a track is unknown, decode times do not grow, or there are too
    ///   many samples; the tables are then as before.
    public mutating func append(
        _ fragment: Fragment, at fileOffset: UInt64
    ) throws(FormatError) {
        try append(runs: fragment.runs, at: fileOffset)
    }

    /// Takes the runs of a fragment; their data offsets count from byte `fileOffset` of the clip.
    ///
    /// - Throws: as `append(_:at:)` for a fragment.
    public mutating func append(
        runs: [TrackRun], at fileOffset: UInt64
    ) throws(FormatError) {
        // Checked first and added afterwards: copying the tables to be able to take a run back
        // would cost more than all the rest.
        var ends = tracks.map(\.tail)
        var indices: [Int] = []
        for run in runs {
            guard let index = tracks.firstIndex(where: { $0.track.id == run.trackID }) else {
                throw .invalid("trun", "track \(run.trackID) is none of the clip's")
            }
            guard run.dataOffset >= 0, fileOffset <= UInt64(Int64.max) else {
                throw .invalid("trun", "data before the fragment or beyond 63 bits")
            }
            try ends[index].advance(over: run)
            indices.append(index)
        }
        for (run, index) in zip(runs, indices) {
            tracks[index].append(run, at: fileOffset + UInt64(run.dataOffset))
        }
        fragmentCount &+= 1
    }

    /// Whether no sample was taken.
    public var isEmpty: Bool { tracks.allSatisfy { $0.sampleCount == 0 } }

    /// Bytes of all samples.
    public var payloadByteCount: UInt64 { tracks.reduce(0) { $0 &+ $1.byteCount } }

    /// Samples of the primary track.
    public var primarySampleCount: Int {
        tracks.reduce(0) { $0 + ($1.track.isPrimary ? $1.sampleCount : 0) }
    }

    /// Samples of all other tracks.
    public var otherSampleCount: Int {
        tracks.reduce(0) { $0 + ($1.track.isPrimary ? 0 : $1.sampleCount) }
    }

    /// Media time from the clip's time zero to the end of the last sample, in nanoseconds.
    public var durationNanoseconds: UInt64 {
        tracks.lazy.map { nanoseconds($0.endTime, timescale: $0.track.timescale) }.max() ?? 0
    }
}
