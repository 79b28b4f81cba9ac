/// Collects samples and makes fragments of them, copying each byte of the video once.
///
/// The primary track's payload is laid where it will stay, behind room for the header, which is
/// written in front of it when all is known. The other tracks' payload is small and waits beside.
/// A builder belongs to one clip and one thread.
public struct FragmentBuilder: ~Copyable {
    /// A fragment grows no larger; samples beyond it are refused until the next `flush()`.
    public static let maximumByteCount = 1 << 30

    private var lanes: [Lane]
    private let primary: Int
    private var sequence: UInt32
    /// Arrival of the first primary sample, and of the first sample of all.
    private var primaryWall: Int64?
    private var firstWall: Int64?
    private var sizes: FragmentSizes
    private var header = BoxWriter(capacity: 2048)
    /// Bytes of payload waiting for the next fragment.
    public private(set) var pendingByteCount = 0

    /// A builder of fragments with these tracks.
    ///
    /// - Parameters:
    ///   - tracks: as in the clip's init segment. The first one marked primary decides; without
    ///     one it is the first of all.
    ///   - firstSequence: the number of the first fragment.
    ///   - sizes: how much the last builder of the same camera needed; spares growing.
    public init(
        tracks: [TrackDescription], firstSequence: UInt32 = 1, sizes: FragmentSizes = .init()
    ) {
        lanes = tracks.map { Lane(track: $0) }
        primary = tracks.firstIndex { $0.isPrimary } ?? 0
        sequence = firstSequence
        self.sizes = sizes
    }

    /// Whether no sample waits.
    public var isEmpty: Bool { pendingByteCount == 0 }

    /// How much memory the last fragments took, for the next clip's builder.
    public var expectedSizes: FragmentSizes { sizes }

    /// Media time that waits: that of the primary track, or the longest if it has no sample.
    public var pendingDuration: Duration {
        if lanes.isEmpty { return .zero }
        if !lanes[primary].samples.isEmpty { return lanes[primary].pendingDuration }
        return lanes.lazy.map(\.pendingDuration).max() ?? .zero
    }

    /// Adds a sample and copies its bytes.
    ///
    /// See `append(track:decodeTime:sample:wallNanoseconds:fill:)` for how odd times are treated.
    /// - Parameter bytes: the sample; their number counts, not `sample.size`.
    /// - Returns: whether the sample was taken.
    @discardableResult
    public mutating func append(
        track: UInt32, decodeTime: UInt64, sample: TrackSample, wallNanoseconds: Int64,
        bytes: UnsafeRawBufferPointer
    ) -> Bool {
        var sample = sample
        sample.size = UInt32(clamping: bytes.count)
        return append(
            track: track, decodeTime: decodeTime, sample: sample, wallNanoseconds: wallNanoseconds
        ) { destination in
            destination.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[..<destination.count]))
        }
    }

    /// Adds a sample whose bytes the caller writes where they will stay.
    ///
    /// Decode times within a track grow. A time that leaves a gap lengthens the sample before it;
    /// a time that overlaps shortens it; a time at or before the sample before is set one tick
    /// after it. So a run has no holes and its durations lead from sample to sample.
    ///
    /// - Parameters:
    ///   - track: a track of this builder; a sample of another one is refused.
    ///   - decodeTime: ticks of the track's timescale since the start of the clip.
    ///   - sample: its size is how many bytes `fill` is given. Size 0 is refused.
    ///   - wallNanoseconds: arrival, in nanoseconds since 1970-01-01T00:00:00Z.
    ///   - fill: writes every byte of the memory it is given. If it throws, nothing is added.
    /// - Returns: whether the sample was taken. It is refused as said above, and when the fragment
    ///   would pass `maximumByteCount` or 65,536 samples: `flush()` first.
    @discardableResult
    public mutating func append<E: Error>(
        track: UInt32, decodeTime: UInt64, sample: TrackSample, wallNanoseconds: Int64,
        fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) -> Bool {
        guard let index = lanes.firstIndex(where: { $0.track.id == track }), sample.size > 0,
            pendingByteCount + Int(sample.size) <= Self.maximumByteCount,
            lanes[index].samples.count < MovieFragment.maximumSampleCount / lanes.count
        else { return false }
        let size = Int(sample.size)
        let buffer = buffer(of: index)
        let destination = buffer.extend(by: size)
        do throws(E) { try fill(destination) } catch {
            buffer.shrink(by: size)
            throw error
        }
        lanes[index].append(sample, at: decodeTime, expectedCount: sizes.samples)
        pendingByteCount += size
        firstWall = firstWall ?? wallNanoseconds
        if index == primary { primaryWall = primaryWall ?? wallNanoseconds }
        return true
    }

    /// Makes a fragment of all that waits and begins the next one.
    ///
    /// - Returns: the fragment, or nil if no sample waits.
    public mutating func flush() -> Fragment? {
        guard !isEmpty else { return nil }
        let storage = buffer(of: primary)
        var runs: [TrackRun] = []
        var offset = 0
        for index in laneOrder where !lanes[index].samples.isEmpty {
            runs.append(lanes[index].takeRun(dataOffset: offset))
            offset += Int(runs[runs.count - 1].byteCount)
            guard index != primary, let side = lanes[index].payload else { continue }
            storage.append(side.bytes)
            side.shrink(by: side.count)
        }
        guard let first = runs.first else { return nil }
        let wall = primaryWall ?? firstWall ?? 0
        header.removeAll()
        FragmentHeader(
            sequence: sequence, runs: runs, wallNanoseconds: wall, payloadByteCount: offset,
            primaryTrack: lanes[primary].track.id
        ).write(to: &header)
        let headerSize = header.bytes.count
        for index in runs.indices { runs[index].dataOffset += headerSize }
        var start = sizes.headroom - headerSize
        if start < 0 {
            storage.addHeadroom(-start)
            start = 0
        }
        storage.write(header.bytes, at: start)
        let sealed = UnsafeRawBufferPointer(rebasing: storage.bytes[start...])
        header.removeAll()
        FragmentSeal(sequence: sequence, covering: sealed).write(to: &header)
        storage.append(header.bytes)
        let startsWithSync =
            first.trackID == lanes[primary].track.id && first.samples.first?.isSync == true
        let fragment = Fragment(
            sequence: sequence, runs: runs, startsWithSync: startsWithSync, wallNanoseconds: wall,
            payloadByteCount: offset, storage: storage, start: start)
        sizes.learn(
            header: headerSize, total: storage.count, samples: runs.map(\.samples.count).max() ?? 0)
        lanes[primary].payload = nil
        pendingByteCount = 0
        primaryWall = nil
        firstWall = nil
        sequence &+= 1
        return fragment
    }

    /// The primary track's run comes first, because its payload already lies there.
    private var laneOrder: [Int] { [primary] + lanes.indices.filter { $0 != primary } }

    private mutating func buffer(of index: Int) -> PayloadBuffer {
        if let buffer = lanes[index].payload { return buffer }
        let buffer =
            index == primary
            ? PayloadBuffer(headroom: sizes.headroom, capacity: sizes.payload)
            : PayloadBuffer(headroom: 0, capacity: 4096)
        lanes[index].payload = buffer
        return buffer
    }
}
