import Platform

/// A camera's time, cut into pieces of which each is in a clip or missing for one reason.
struct CoverageLine {
    enum What: Hashable {
        case clip
        case deleted
        case notWanted
        case missing(LedgerCause?, String)
    }

    struct Piece: Hashable {
        var what: What
        var start: WallTime
        var end: WallTime
        var length: Duration { end - start }
    }

    /// What waited in memory for a disk or died with a recorder is not more than this.
    private static let waitingAtMost = Duration.seconds(30)
    /// Pictures of an open clip reach the disk this late at most, or something is wrong.
    private static let pendingAtMost = Duration.seconds(15)

    private(set) var pieces: [Piece] = []

    init(
        range: Range<WallTime>, rows: [LedgerRow], timeline: ClipTimeline,
        deletedUpTo: WallTime?
    ) {
        let steps = Set(timeline.clockSteps.filter { $0.nanoseconds > 0 }.map(\.at))
        // The first line is not the earliest where the clock was set back.
        let known = rows.lazy.map(\.start).min()
        // A ledger of months has thousands of rows, and a day is asked for.
        let rows = Self.rows(rows, touching: range, timeline.places)
        let absences = rows.filter { $0.state == .gap(.recorderNotRunning) }
        var covered = Self.union(timeline.places.flatMap { Self.covered($0, absences) })
        // A disk that was too slow leaves holes inside clips.
        for row in rows where row.state == .gap(.diskSlow) {
            covered = Self.subtract(row.start..<(row.end ?? row.start), from: covered)
        }
        let first = [known, covered.first?.lowerBound].compactMap(\.self).min()
        var position = range.lowerBound
        for clip in covered where clip.upperBound > position && clip.lowerBound < range.upperBound {
            if clip.lowerBound > position {
                let hole = position..<clip.lowerBound
                let isStep = steps.contains(clip.lowerBound)
                fill(hole, rows, isStep: isStep, deletedUpTo, first)
            }
            let end = min(clip.upperBound, range.upperBound)
            add(.clip, max(position, clip.lowerBound), end)
            position = end
        }
        fill(position..<max(position, range.upperBound), rows, isStep: false, deletedUpTo, first)
    }

    /// The rows that can tell anything of a range and of the clips around it.
    private static func rows(
        _ rows: [LedgerRow], touching range: Range<WallTime>, _ places: [ClipTimeline.Place]
    ) -> [LedgerRow] {
        let start = places.reduce(range.lowerBound) { min($0, $1.clip.start) }
        let end = places.reduce(range.upperBound) { max($0, $1.end) }
        return rows.filter { $0.start < end && $0.end.map { $0 > start } ?? true }
    }

    /// The time that a clip's pictures cover.
    ///
    /// A recorder that was frozen meanwhile may have found them waiting in the network; what the
    /// clip's media time lacks of its true length, it did not.
    private static func covered(
        _ place: ClipTimeline.Place, _ absences: [LedgerRow]
    ) -> [Range<WallTime>] {
        var ranges = [place.clip.start..<place.end]
        var lack = Duration.nanoseconds(place.length - place.clip.mediaLength)
        for row in absences {
            guard let end = row.end, row.start < place.end, end > place.clip.start,
                lack > CameraLedger.shortestGap
            else { continue }
            let last = min(end, place.end)
            let first = max(row.start, place.clip.start, last + (.zero - lack))
            guard first < last else { continue }
            ranges = subtract(first..<last, from: ranges)
            lack -= last - first
        }
        return ranges
    }

    /// The end of what can be judged: the present, or the last picture that has had time to reach
    /// the disk.
    static func end(
        of range: Range<WallTime>, rows: [LedgerRow], timeline: ClipTimeline, now: WallTime
    ) -> WallTime {
        let end = min(range.upperBound, now)
        guard rows.last?.state == .recording, let last = timeline.places.map(\.end).max(),
            last < end, end - last < pendingAtMost
        else { return end }
        return last
    }

    /// Explains a hole between clips by the ledger's rows.
    private mutating func fill(
        _ hole: Range<WallTime>, _ rows: [LedgerRow], isStep: Bool, _ deletedUpTo: WallTime?,
        _ first: WallTime?
    ) {
        guard !hole.isEmpty else { return }
        var found: [Piece] = []
        var position = hole.lowerBound
        func take(_ what: What, until end: WallTime) {
            guard end > position else { return }
            found.append(Piece(what: what, start: position, end: end))
            position = end
        }
        func unexplained(until end: WallTime) {
            if let first { take(.notWanted, until: min(first, end)) }
            if first == nil { take(.notWanted, until: end) }
            if let deletedUpTo, position <= deletedUpTo { take(.deleted, until: end) }
            take(.missing(isStep ? .clockStep : nil, ""), until: end)
        }
        for row in rows {
            var end = min(row.end ?? hole.upperBound, hole.upperBound)
            // A clock that was set ahead meanwhile names years that nobody has recorded in; what
            // happened in them once the clock is right again is told by later rows.
            if row.state == .recording, let length = row.length {
                end = min(end, row.start + length + CameraLedger.shortestGap)
            }
            let start = max(row.start, position)
            guard start < end else { continue }
            unexplained(until: start)
            switch row.state {
            case .recording: unexplained(until: end)
            case .disabled: take(.notWanted, until: end)
            case .gap(let cause):
                if isStep, let length = row.length, start + length < end,
                    end - (start + length) > .seconds(2)
                {
                    take(.missing(cause, row.detail), until: start + length)
                    take(.missing(.clockStep, ""), until: end)
                } else {
                    take(.missing(cause, row.detail), until: end)
                }
            }
        }
        unexplained(until: hole.upperBound)
        for piece in Self.settled(found) { add(piece.what, piece.start, piece.end) }
    }

    /// Gives slivers that nobody explains to the reason beside them.
    private static func settled(_ found: [Piece]) -> [Piece] {
        var pieces = found
        for index in pieces.indices where pieces[index].what == .missing(nil, "") {
            let after = index + 1 < pieces.count ? pieces[index + 1].what : nil
            let before = index > 0 ? pieces[index - 1].what : nil
            let length = pieces[index].length
            if case .missing(let cause?, _)? = after,
                length <= (cause.losesWhatWaited ? waitingAtMost : CameraLedger.shortestGap),
                let after
            {
                pieces[index].what = after
            } else if case .missing(_?, _)? = before, length <= CameraLedger.shortestGap, let before
            {
                pieces[index].what = before
            } else if length <= CameraLedger.shortestGap {
                // Between two clips that nothing separates, it is a late key frame.
                pieces[index].what = .clip
            }
        }
        return pieces
    }

    private mutating func add(_ what: What, _ start: WallTime, _ end: WallTime) {
        guard end > start else { return }
        if let last = pieces.last, last.what == what, last.end == start {
            pieces[pieces.count - 1].end = end
        } else {
            pieces.append(Piece(what: what, start: start, end: end))
        }
    }

    static func union(_ ranges: [Range<WallTime>]) -> [Range<WallTime>] {
        var result: [Range<WallTime>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = result.last, range.lowerBound <= last.upperBound {
                let end = max(last.upperBound, range.upperBound)
                result[result.count - 1] = last.lowerBound..<end
            } else {
                result.append(range)
            }
        }
        return result
    }

    static func subtract(
        _ hole: Range<WallTime>, from ranges: [Range<WallTime>]
    ) -> [Range<WallTime>] {
        guard !hole.isEmpty else { return ranges }
        return ranges.flatMap { range -> [Range<WallTime>] in
            guard range.overlaps(hole) else { return [range] }
            let head = range.lowerBound..<max(range.lowerBound, hole.lowerBound)
            let tail = min(range.upperBound, hole.upperBound)..<range.upperBound
            return [head, tail].filter { !$0.isEmpty }
        }
    }
}
