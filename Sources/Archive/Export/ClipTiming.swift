import ISOBMFF
import Platform

/// Where the samples of a clip lie on an export's line of time.
struct ClipTiming {
    let place: ClipTimeline.Place
    /// Nanoseconds of the video's media time.
    private let media: Int64
    /// Nanoseconds by which the clip took longer than that.
    private let excess: Int64
    /// Nanoseconds on the timeline at which the clip begins.
    private let start: Int64
    /// Frames arrive early and late; only what adds up to more than this is the camera's clock.
    private static let tolerance: Int64 = 250_000_000
    /// A correction changes by this much at a time: a sample in a thousand then has another
    /// duration, and tables of durations stay short.
    private static let quantum: Int64 = 1_000_000

    /// Times the samples of the clip at `place`.
    ///
    /// - Parameters:
    ///   - mediaEnd: nanoseconds of the clip's media time to the end of its video.
    ///   - frameCount: the pictures of which it consists.
    ///   - end: where the clip before ends on the timeline, if this one goes on from there.
    init(
        _ place: ClipTimeline.Place, mediaEnd: Int64, frameCount: Int, continuing end: Int64? = nil
    ) {
        self.place = place
        media = max(mediaEnd, 1)
        let isNear = end.map { abs($0 - place.offset) <= Self.tolerance } ?? false
        start = isNear ? end ?? place.offset : place.offset
        let difference = place.offset + place.length - start - media
        // What a clip says of its own end is known to a frame or so.
        let doubt = media / Int64(max(frameCount, 1)) * 3 / 2
        let isOwnLength = place.length == place.clip.mediaLength
        let isClose = !place.reachesNext && difference.magnitude <= doubt
        let isJitter = difference.magnitude <= Self.tolerance
        excess = isOwnLength || isClose || isJitter ? 0 : difference
    }

    /// Nanoseconds from the clip's start by the true clock to an instant of its media time.
    func offset(ofMedia nanoseconds: Int64) -> Int64 {
        let share = Int64(clamping: Int128(excess) * Int128(nanoseconds) / Int128(media))
        return nanoseconds + share / Self.quantum * Self.quantum
    }

    /// Nanoseconds from the timeline's start to an instant of the clip's true clock.
    func timelineOffset(_ offset: Int64) -> Int64 { start + offset }

    /// Ticks of a track in the export to a sample's time; `scale` is the export's timescale.
    func ticks(_ time: Int64, of source: UInt32, in scale: UInt32) -> Int64 {
        let nanoseconds = Ticks.convert(time, from: source, to: 1_000_000_000)
        let correction = offset(ofMedia: nanoseconds) - nanoseconds
        return Ticks.convert(start + correction, from: 1_000_000_000, to: scale)
            + Ticks.convert(time, from: source, to: scale)
    }

    /// The wall-clock time of an instant of the clip's media time.
    func wall(ofMedia nanoseconds: Int64) -> WallTime {
        place.clip.start + .nanoseconds(offset(ofMedia: nanoseconds))
    }
}

/// Times in different timescales.
enum Ticks {
    /// Converts to the nearest tick.
    static func convert(_ time: Int64, from: UInt32, to: UInt32) -> Int64 {
        guard from != to else { return time }
        let product = Int128(time) * Int128(to)
        let half = Int128(from) / 2
        return Int64(clamping: (product + (product < 0 ? -half : half)) / Int128(from))
    }
}
