/// A sample with its place in the file and in time.
public struct PlacedSample: Hashable, Sendable {
    /// Bytes from the start of the file.
    public var offset: UInt64
    /// Bytes.
    public var size: UInt32
    /// Ticks of the track's timescale, from the clip's time zero.
    public var decodeTime: UInt64
    /// Ticks from decode time to presentation time.
    public var compositionOffset: Int32
    /// Whether decoding can begin with it.
    public var isSync: Bool
}

extension TrackTable {
    /// All samples in decoding order; 32 bytes of memory each.
    public var samples: [PlacedSample] {
        var samples: [PlacedSample] = []
        samples.reserveCapacity(sampleCount)
        var steps = durations.makeIterator()
        var offsets = compositionOffsets.makeIterator()
        var syncs = syncSamples.makeIterator()
        var nextSync = syncs.next()
        var time = firstDecodeTime
        for chunk in chunks {
            var position = chunk.offset
            for _ in 0..<chunk.sampleCount where samples.count < sizes.count {
                let size = sizes[samples.count]
                let isSync = nextSync.map { Int($0) == samples.count + 1 } ?? false
                if isSync { nextSync = syncs.next() }
                samples.append(
                    PlacedSample(
                        offset: position, size: size, decodeTime: time,
                        compositionOffset: offsets.next() ?? 0, isSync: isSync))
                position &+= UInt64(size)
                time &+= UInt64(steps.next() ?? 0)
            }
        }
        return samples
    }
}

extension RunLengths: Sequence {
    /// Yields every value as often as it was appended.
    struct Iterator: IteratorProtocol {
        private var rest: ArraySlice<Entry>

        init(_ entries: [Entry]) { rest = entries[...] }

        mutating func next() -> Value? {
            while let entry = rest.first {
                if entry.count > 0 {
                    rest[rest.startIndex].count -= 1
                    return entry.value
                }
                rest.removeFirst()
            }
            return nil
        }
    }

    func makeIterator() -> Iterator { Iterator(entries) }
}
