public import Platform

/// How much of a camera's time lies in clips, and why the rest does not.
///
/// The clips are the truth and the ledger explains what they lack; what neither tells is `unknown`
/// and said so. Times are the wall clock's, so an hour that the clock repeats counts once.
public struct CameraCoverage: Hashable, Sendable {
    /// Time that is in no clip.
    public struct Gap: Hashable, Sendable {
        /// Why; nil if nobody knows.
        public var cause: LedgerCause?
        /// What a person should know; empty if nothing.
        public var detail: String
        /// The end of the last picture before it, or of the gap before it.
        public var start: WallTime
        /// Where pictures, or the next gap, begin.
        public var end: WallTime

        /// How long it is.
        public var length: Duration { end - start }
        /// The cause's stable name.
        public var name: String { cause?.rawValue ?? "unknown" }
    }

    /// The camera's name.
    public var camera: String
    /// The time that was looked at, up to the last picture if recording goes on.
    public var range: Range<WallTime>
    /// How long the camera was to be recorded, without time that never was or was deleted.
    public private(set) var enabled = Duration.zero
    /// How long it was recorded.
    public private(set) var recorded = Duration.zero
    /// Recorded time that was deleted since, as the limits demand.
    public private(set) var deleted = Duration.zero
    /// What is missing, in order; steps of the clock are among it and count for nothing.
    public private(set) var gaps: [Gap] = []
    /// Recorded time that was deleted since, in order.
    public private(set) var deletedRanges: [Range<WallTime>] = []
    /// Time in which nobody wanted the camera, in order.
    public private(set) var disabledRanges: [Range<WallTime>] = []
    /// RTP packets lost inside clips.
    public private(set) var lostPackets = 0

    /// The recorded share of the enabled time, 0 to 1; nil if the camera was not enabled at all.
    public var share: Double? {
        enabled > .zero ? recorded.seconds / enabled.seconds : nil
    }

    /// The longest gap of one or more causes that adjoin; nil if there is none.
    public var longest: (start: WallTime, length: Duration)? {
        var runs: [Range<WallTime>] = []
        for gap in gaps where gap.cause != .clockStep {
            if let last = runs.last, last.upperBound == gap.start {
                runs[runs.count - 1] = last.lowerBound..<gap.end
            } else {
                runs.append(gap.start..<gap.end)
            }
        }
        return runs.map { ($0.lowerBound, $0.upperBound - $0.lowerBound) }.max { $0.1 < $1.1 }
    }

    /// The time that each cause took, the largest first.
    public var causes: [(name: String, length: Duration)] {
        var sums: [String: Duration] = [:]
        for gap in gaps { sums[gap.name, default: .zero] += gap.length }
        return sums.map { ($0, $1) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// Adds up a camera's time in `range`.
    ///
    /// - Parameters:
    ///   - clips: those of the camera that overlap the range or lie a little before and after it.
    ///   - history: of the volume, with the absence of a recorder that has ended filled in.
    ///   - now: the present; nothing is expected of the time after it.
    public init(
        camera: String, clips: [CatalogClip], history: GapHistory, range: Range<WallTime>,
        now: WallTime
    ) {
        self.camera = camera
        let timeline = ClipTimeline(clips.filter { $0.camera == camera })
        let rows = history.rows(of: camera)
        let end = CoverageLine.end(of: range, rows: rows, timeline: timeline, now: now)
        self.range = range.lowerBound..<max(range.lowerBound, end)
        lostPackets = history.losses(of: camera).reduce(0) {
            $0 + (self.range.contains($1.at) ? $1.packets : 0)
        }
        let line = CoverageLine(
            range: self.range, rows: rows, timeline: timeline,
            deletedUpTo: history.deletedUpTo(camera))
        for piece in line.pieces {
            switch piece.what {
            case .clip: recorded += piece.length
            case .deleted:
                deleted += piece.length
                deletedRanges.append(piece.start..<piece.end)
            case .notWanted: disabledRanges.append(piece.start..<piece.end)
            case .missing(let cause, let detail):
                gaps.append(
                    Gap(cause: cause, detail: detail, start: piece.start, end: piece.end))
                if cause != .clockStep { enabled += piece.length }
            }
        }
        enabled += recorded
    }
}
