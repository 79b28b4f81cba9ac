import ISOBMFF
public import Platform

/// How much of a stretch of time a camera was recorded, and why not the rest.
public struct Coverage: Hashable, Sendable {
    /// Fragments are cut by time, and some may wait for a slow disk.
    private static let longestWay = Duration.seconds(10)

    /// The stretch of time that was asked for.
    public let range: Range<WallTime>
    /// The stretches without a picture, in order; together with the clips they fill `range`.
    public let gaps: [Gap]
    /// RTP packets that were lost in the clips that lie in `range`.
    public let lostPackets: Int

    /// Looks at a camera's clips and at what is known of the time between them.
    ///
    /// Time that no clip covers and nobody told of has the cause that the end of the clip before it
    /// has, if that is none the cause `unknown`.
    ///
    /// - Parameters:
    ///   - range: not empty; what lies in the future is not to be asked for.
    ///   - timeline: the camera's clips in the range and, if there is one, the last before it.
    ///   - known: the camera's gaps, in any order; where clips and gaps overlap, clips count.
    public init(
        _ range: Range<WallTime>, camera: String?, timeline: ClipTimeline, known: [Gap]
    ) {
        self.range = range
        let places = timeline.places.sorted { $0.clip.start < $1.clip.start }
        let known = known.sorted { $0.range.lowerBound < $1.range.lowerBound }
        var gaps: [Gap] = []
        var covered = range.lowerBound
        var cause = GapCause.unknown
        for place in places where place.clip.start < range.upperBound {
            // A late key frame between two clips is no gap.
            if place.followsGap || place.offset == 0 {
                gaps += Self.explain(covered..<max(covered, place.clip.start), camera, cause, known)
            }
            covered = min(max(covered, place.end, range.lowerBound), range.upperBound)
            cause = GapCause(place.clip.end.reason)
        }
        // The last pictures of a clip that is being recorded are on their way to the disk.
        let isOnItsWay =
            places.last?.clip.state == .open && range.upperBound - covered < Self.longestWay
        if !isOnItsWay {
            gaps += Self.explain(covered..<range.upperBound, camera, cause, known)
        }
        self.gaps = gaps
        lostPackets = places.reduce(0) { sum, place in
            let overlaps = place.end > range.lowerBound && place.clip.start < range.upperBound
            return sum + (overlaps ? Int(place.clip.end.lostPacketCount) : 0)
        }
    }

    /// Time without pictures.
    public var missing: Duration { gaps.reduce(.zero) { $0 + $1.duration } }

    /// The part that was recorded, from 0 to 1.
    public var ratio: Double {
        let whole = (range.upperBound - range.lowerBound).seconds
        return whole > 0 ? max(0, 1 - missing.seconds / whole) : 0
    }

    /// The longest time without pictures, whatever its causes; neighbouring gaps are one.
    public var longestGap: Duration {
        var (longest, start, end): (Duration, WallTime?, WallTime?) = (.zero, nil, nil)
        for gap in gaps {
            if gap.range.lowerBound != end { start = gap.range.lowerBound }
            end = gap.range.upperBound
            if let start { longest = max(longest, gap.range.upperBound - start) }
        }
        return longest
    }

    /// Time without pictures by cause, the longest first.
    public var causes: [(cause: GapCause, duration: Duration)] {
        var sums: [GapCause: Duration] = [:]
        for gap in gaps { sums[gap.cause, default: .zero] += gap.duration }
        return sums.map { ($0.key, $0.value) }.sorted {
            ($1.duration, $0.cause.rawValue) < ($0.duration, $1.cause.rawValue)
        }
    }

    /// Cuts a stretch without pictures into the parts of which different causes are known.
    private static func explain(
        _ range: Range<WallTime>, _ camera: String?, _ fallback: GapCause, _ known: [Gap]
    ) -> [Gap] {
        var parts: [Gap] = []
        var position = range.lowerBound
        for gap in known where gap.range.overlaps(position..<max(position, range.upperBound)) {
            let start = max(gap.range.lowerBound, position)
            if start > position {
                parts.append(Gap(camera: camera, range: position..<start, cause: fallback))
            }
            position = min(gap.range.upperBound, range.upperBound)
            parts.append(
                Gap(camera: camera, range: start..<position, cause: gap.cause, detail: gap.detail))
        }
        if position < range.upperBound {
            parts.append(Gap(camera: camera, range: position..<range.upperBound, cause: fallback))
        }
        return parts
    }
}

extension Gap {
    /// How long it lasted.
    public var duration: Duration { range.upperBound - range.lowerBound }
}
