import ISOBMFF
import Platform

/// Which pictures of a clip an export takes.
struct ExportSelection {
    /// The samples of the video, in decoding order.
    let samples: Range<Int>
    /// The sample that is on the screen at the start of the request.
    let shown: Int
    /// Ticks of the clip's video to the end of the last one.
    let endTime: Int64
    /// Whether nothing of the clip follows.
    let reachesEnd: Bool
    /// Ticks from decoding to presentation of the clip's first picture.
    let delay: Int64
    /// Nanoseconds from the clip's start to the end of the request.
    let requestEnd: Int64

    /// Selects what of a clip's video lies in `range`.
    ///
    /// - Parameter isFirst: whether nothing was taken before, so that decoding begins here: with
    ///   the key frame at or before the start of the range, or else the first one.
    /// - Returns: nil if no picture is to be taken.
    init?(
        _ track: ClipSamples.Track, _ timing: ClipTiming, _ range: Range<WallTime>, isFirst: Bool
    ) {
        let list = track.samples
        guard let head = list.first else { return nil }
        let delay = Int64(head.compositionOffset)
        let scale = track.description.timescale
        // Presentation times, so that a picture's place does not depend on the order of decoding.
        let times = list.map { sample in
            let time = Int64(clamping: sample.decodeTime) + Int64(sample.compositionOffset) - delay
            return timing.offset(ofMedia: Ticks.convert(time, from: scale, to: 1_000_000_000))
        }
        let requestStart = (range.lowerBound - timing.place.clip.start).nanoseconds
        requestEnd = (range.upperBound - timing.place.clip.start).nanoseconds
        var first = 0
        if isFirst {
            let before = list.indices.last { list[$0].isSync && times[$0] <= requestStart }
            guard let key = before ?? list.firstIndex(where: \.isSync) else { return nil }
            first = key
        }
        let end = requestEnd
        guard let last = times.lastIndex(where: { $0 < end }), last >= first else { return nil }
        samples = first..<(last + 1)
        let visible = samples.filter { times[$0] <= requestStart }
        shown = visible.max { times[$0] < times[$1] } ?? first
        reachesEnd = samples.upperBound == list.count
        endTime = Int64(
            clamping: reachesEnd ? track.endTime : list[samples.upperBound].decodeTime)
        self.delay = delay
    }
}
