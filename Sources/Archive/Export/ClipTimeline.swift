import ISOBMFF
public import Platform

/// The clips of one camera on one line of time that is true and never runs backwards.
///
/// Within one boot the clock that never steps tells how far two clips are apart, between boots the
/// wall clock. A clip whose camera's crystal is slow or fast takes as long as it really took.
public struct ClipTimeline: Hashable, Sendable {
    /// A clip on the line.
    public struct Place: Hashable, Sendable {
        /// The clip.
        public var clip: CatalogClip
        /// Nanoseconds from the first clip's start to this one's.
        public var offset: Int64
        /// Nanoseconds that the clip takes; its media time is stretched to it.
        public var length: Int64
        /// Whether nothing was recorded between the clip before and this one.
        public var followsGap: Bool
        /// Whether the next clip's start tells where this one ends.
        public var reachesNext = false

        /// The end of its last picture by its own wall clock.
        public var end: WallTime { clip.start + .nanoseconds(length) }
    }

    /// A step of the wall clock between two clips.
    public struct ClockStep: Hashable, Sendable {
        /// The start of the clip after it, by the clock as it was then.
        public var at: WallTime
        /// Nanoseconds by which the clock was set forwards.
        public var nanoseconds: Int64
    }

    /// Time without pictures that is shorter is a late key frame, not a gap.
    static let shortestGap: Int64 = 1_000_000_000
    /// A step of the wall clock that is smaller is jitter of arrival times.
    private static let smallestStep: Int64 = 2_000_000_000

    /// The clips in the order in which they were recorded.
    public private(set) var places: [Place] = []
    /// Steps of the wall clock between them.
    public private(set) var clockSteps: [ClockStep] = []

    /// Puts the clips of one camera on a line, in the order of their numbers.
    public init(_ clips: [CatalogClip]) {
        let clips = clips.sorted {
            ($0.header.sequence, $0.start) < ($1.header.sequence, $1.start)
        }
        var offset: Int64 = 0
        var followsGap = false
        for (index, clip) in clips.enumerated() {
            let own = Self.length(of: clip)
            var place = Place(clip: clip, offset: offset, length: own, followsGap: followsGap)
            if index + 1 < clips.count {
                let next = clips[index + 1]
                let step = Self.distance(from: clip, to: next)
                followsGap = step - own > Self.shortestGap
                // A next clip that begins long before the end of this one had another clock.
                if !followsGap, step > own - Self.shortestGap,
                    Self.isPlausible(step, media: clip.mediaLength)
                {
                    place.length = step
                    place.reachesNext = true
                }
                offset += max(step, place.length)
                noteStep(from: place, to: next, at: offset)
            }
            places.append(place)
        }
    }

    /// Gaps between the clips.
    public var gaps: [CoverageGap] {
        zip(places, places.dropFirst()).compactMap { before, after in
            after.followsGap ? CoverageGap(start: before.end, end: after.clip.start) : nil
        }
    }

    private mutating func noteStep(from place: Place, to next: CatalogClip, at offset: Int64) {
        let wall = next.start.nanoseconds - place.clip.start.nanoseconds
        let step = wall - (offset - place.offset)
        guard step.magnitude > Self.smallestStep else { return }
        clockSteps.append(ClockStep(at: next.start, nanoseconds: step))
    }

    /// Nanoseconds from the start of one clip to that of the next.
    private static func distance(from clip: CatalogClip, to next: CatalogClip) -> Int64 {
        let (a, b) = (clip.header, next.header)
        let isSameBoot = a.bootID == b.bootID && a.bootID.contains { $0 != 0 }
        return isSameBoot ? b.startMonotonic - a.startMonotonic : b.startUTC - a.startUTC
    }

    /// Nanoseconds that a clip took by itself.
    static func length(of clip: CatalogClip) -> Int64 {
        let media = clip.mediaLength
        let frames = Int64(max(clip.end.primarySampleCount, 1))
        let frame = media / frames
        // Recovery knows the arrival of the last fragment and its length, not a monotonic end.
        let measured =
            clip.end.reason == .recovered
            ? clip.end.endUTC &- clip.header.startUTC
            : clip.end.endMonotonic &- clip.header.startMonotonic
        // A difference of a frame or so is how frames arrive, not how the camera counts.
        let isClose = measured > media - frame - frame / 2 && measured < media + frame + frame / 2
        return isClose || !isPlausible(measured, media: media) ? media : measured
    }

    /// Whether a camera could be so wrong; what is beyond was no camera but a clock that was set.
    private static func isPlausible(_ length: Int64, media: Int64) -> Bool {
        length > media / 4 && length / 4 < media
    }
}

extension CatalogClip {
    /// Media time in nanoseconds.
    var mediaLength: Int64 { Int64(clamping: end.mediaDuration) }
}
