extension FragmentBuilder {
    /// What waits of one track.
    struct Lane {
        let track: TrackDescription
        /// The primary track's payload lies behind headroom, the others' from the first byte.
        var payload: PayloadBuffer?
        private(set) var samples: [TrackSample] = []
        private var baseDecodeTime: UInt64 = 0
        /// Of the last sample ever added; survives a flush, so that time grows across fragments.
        private var lastDecodeTime: UInt64?

        init(track: TrackDescription) { self.track = track }

        mutating func append(_ sample: TrackSample, at time: UInt64, expectedCount: Int) {
            var decodeTime = time
            if let last = lastDecodeTime {
                let step = time > last ? min(time - last, UInt64(Int32.max)) : 1
                decodeTime = last &+ step
                if !samples.isEmpty { samples[samples.count - 1].duration = UInt32(step) }
            }
            if samples.isEmpty {
                baseDecodeTime = decodeTime
                samples.reserveCapacity(expectedCount)
            }
            samples.append(sample)
            samples[samples.count - 1].duration = min(max(sample.duration, 1), UInt32(Int32.max))
            lastDecodeTime = decodeTime
        }

        mutating func takeRun(dataOffset: Int) -> TrackRun {
            defer { samples = [] }
            return TrackRun(
                trackID: track.id, baseDecodeTime: baseDecodeTime, samples: samples,
                dataOffset: dataOffset)
        }

        var pendingDuration: Duration {
            guard let last = samples.last, let lastDecodeTime else { return .zero }
            let ticks = lastDecodeTime &- baseDecodeTime &+ UInt64(last.duration)
            return .nanoseconds(Int64(clamping: nanoseconds(ticks, timescale: track.timescale)))
        }
    }
}

/// How much memory fragments of a camera take, learnt from those made so far.
public struct FragmentSizes: Hashable, Sendable {
    /// Bytes kept free for `prft`, `moof` and the header of `mdat`.
    var headroom = 4096
    /// Bytes of payload and checksum.
    var payload = 256 << 10
    /// Samples of the track that has the most.
    var samples = 64

    /// The sizes to begin with when nothing is known.
    public init() {}

    /// Remembers the largest, and forgets it slowly, because fragments of one GOP differ.
    mutating func learn(header: Int, total: Int, samples count: Int) {
        headroom = max(headroom, header + header / 2)
        payload = max(total + total / 8, payload - payload / 16)
        samples = max(count + 1, samples - samples / 16)
    }
}

/// Converts ticks to nanoseconds, towards zero; what does not fit becomes `UInt64.max`.
func nanoseconds(_ ticks: UInt64, timescale: UInt32) -> UInt64 {
    rescale(ticks, from: UInt64(max(timescale, 1)), to: 1_000_000_000)
}

/// Converts ticks of one timescale to another, towards zero; saturates.
func rescale(_ ticks: UInt64, from: UInt64, to: UInt64) -> UInt64 {
    guard from != to else { return ticks }
    let product = ticks.multipliedFullWidth(by: to)
    guard from > 0, product.high < from else { return .max }
    return from.dividingFullWidth(product).quotient
}
