import ISOBMFF
import Platform

/// A track of an export that is being planned.
struct ExportLane {
    /// Samples that lie together in a clip and will in the export.
    struct Piece {
        var lane: Int
        var entry: UInt32
        /// Where they lie in the clip.
        var offset: UInt64
        var run: TrackRun
    }

    /// The track's place in the movie.
    let index: Int
    let codec: FourCC
    let timescale: UInt32
    /// Ticks of the timeline at which the movie begins.
    let zero: Int64
    /// Decode time of the last sample so far, in ticks of the movie.
    private(set) var lastTime: Int64 = -1
    /// The end of the last sample so far, in nanoseconds of the timeline.
    private(set) var end: Int64 = 0

    init(index: Int, track: TrackDescription, zero: Int64) {
        self.index = index
        codec = track.codec
        timescale = track.timescale
        self.zero = zero
    }

    /// The longest time from one sample to the next that the file can hold, in nanoseconds.
    var longestGap: Int64 {
        let longest = Int64(JoinedMovie.longestDuration - 1)
        return Ticks.convert(longest, from: timescale, to: 1_000_000_000)
    }

    /// Ticks of the movie to an instant of a clip's media time.
    func ticks(_ time: Int64, of source: UInt32, _ timing: ClipTiming) -> Int64 {
        timing.ticks(time, of: source, in: timescale) - zero
    }

    /// Gives samples of a clip their times in the movie.
    ///
    /// - Parameters:
    ///   - source: ticks per second in the clip.
    ///   - endTime: ticks of the clip to the end of the last sample.
    mutating func pieces(
        of samples: ArraySlice<PlacedSample>, source: UInt32, endTime: Int64,
        _ timing: ClipTiming, entry: UInt32
    ) -> [Piece] {
        var times: [Int64] = []
        times.reserveCapacity(samples.count + 1)
        for sample in samples {
            let time = ticks(Int64(clamping: sample.decodeTime), of: source, timing)
            lastTime = max(time, lastTime + 1)
            times.append(lastTime)
        }
        times.append(max(ticks(endTime, of: source, timing), lastTime + 1))
        let nanoseconds = Ticks.convert(endTime, from: source, to: 1_000_000_000)
        end = timing.timelineOffset(timing.offset(ofMedia: nanoseconds))
        var pieces: [Piece] = []
        var next: UInt64?
        for (number, sample) in samples.enumerated() {
            if sample.offset != next || pieces.isEmpty {
                let run = TrackRun(
                    trackID: UInt32(index + 1), baseDecodeTime: UInt64(max(times[number], 0)),
                    samples: [], dataOffset: 0)
                pieces.append(Piece(lane: index, entry: entry, offset: sample.offset, run: run))
            }
            let offset = Ticks.convert(
                Int64(sample.compositionOffset), from: source, to: timescale)
            pieces[pieces.count - 1].run.samples.append(
                TrackSample(
                    duration: UInt32(clamping: times[number + 1] - times[number]),
                    size: sample.size, compositionOffset: Int32(clamping: offset),
                    isSync: sample.isSync))
            next = sample.offset + UInt64(sample.size)
        }
        return pieces
    }
}
