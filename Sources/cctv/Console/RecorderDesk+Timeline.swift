import AVRemux
import Archive
import Console
import ISOBMFF
import Platform

// What was recorded of a stretch of time, and why the rest was not.
extension RecorderDesk {
    /// A day of the calendar has up to 25 hours, a month of summer 31 days.
    private static let longestSpan = Duration.seconds(62 * 86_400)

    func gaps(_ query: SpanQuery) async throws(RecorderFailure) -> [GapRecord] {
        try await spans(query) { span, _ in span.lines.flatMap(\.gapRecords) }
    }

    func coverage(_ query: SpanQuery) async throws(RecorderFailure) -> [CoverageRecord] {
        try await spans(query) { span, _ in span.lines.map { CoverageRecord($0.coverage) } }
    }

    func timeline(_ query: SpanQuery) async throws(RecorderFailure) -> Console.Timeline {
        let outlook = outlook
        let configured = board.facts.settings.cameras.map(\.recording.name)
        return try await spans(query) { (span, reading) throws(RecorderFailure) in
            let protections = try reading.read { volume throws(SystemError) in
                try volume.protections()
            }
            let soon = try reading.deletedSoon(outlook, protections)
            let kept = protections.filter { $0.range.overlaps(span.range) }
            let lanes = try span.lines.map { line throws(RecorderFailure) in
                Console.Timeline.Lane(
                    camera: line.camera, configured: configured.contains(line.camera),
                    clips: line.clips.map(Console.Timeline.Span.init), gaps: line.gapRecords,
                    deletedSoonBefore: soon[line.camera].map(Timestamp.init),
                    protections: try reading.records(
                        kept.filter { $0.camera == nil || $0.camera == line.camera }))
            }
            return Console.Timeline(
                from: query.from, to: Timestamp(span.range.upperBound),
                oldest: try reading.ask { volume throws(IndexFault) in try volume.oldest() }
                    .map(Timestamp.init),
                lanes: lanes)
        }
    }

    /// Reads ledger and index for a query, and makes an answer of them on the reading thread.
    private func spans<Answer: Sendable>(
        _ query: SpanQuery,
        _ answer: @escaping @Sendable (Span, inout Reading) throws(RecorderFailure) -> Answer
    ) async throws(RecorderFailure) -> Answer {
        guard query.from < query.to else {
            throw RecorderFailure(
                .invalid, code: "span.empty", "The end must be later than the start.", field: "to")
        }
        guard query.to.wall - query.from.wall <= Self.longestSpan else {
            throw RecorderFailure(
                .invalid, code: "span.long", "At most 62 days can be asked for at once.",
                field: "to")
        }
        let now = parts.clocks.wall
        let configured = board.facts.settings.cameras.map(\.recording.name)
        return try await reading.ask { reading throws(RecorderFailure) in
            let span = try reading.span(query, configured: configured, now: now)
            return try answer(span, &reading)
        }
    }
}

/// A stretch of time of some cameras.
struct Span {
    /// Up to the present at most.
    let range: Range<WallTime>
    let lines: [Line]

    /// One camera's stretch of time.
    struct Line {
        let camera: String
        let clips: [CatalogClip]
        let coverage: CameraCoverage

        /// Time that is in no clip, in order.
        var gapRecords: [GapRecord] {
            func record(_ cause: String, _ detail: String, _ range: Range<WallTime>) -> GapRecord {
                GapRecord(
                    camera: camera, cause: cause, detail: detail,
                    start: Timestamp(range.lowerBound), end: Timestamp(range.upperBound))
            }
            let missing = coverage.gaps.map { record($0.name, $0.detail, $0.start..<$0.end) }
            let deleted = coverage.deletedRanges.map { record("deleted", "", $0) }
            let disabled = coverage.disabledRanges.map { record("disabled", "", $0) }
            return (missing + deleted + disabled).sorted { $0.start < $1.start }
        }
    }
}

extension Reading {
    /// Puts ledger and clips of a query together.
    func span(
        _ query: SpanQuery, configured: [String], now: WallTime
    ) throws(RecorderFailure) -> Span {
        let range = query.from.wall..<query.to.wall
        let history = try read { volume throws(SystemError) in try volume.gapHistory() }
        // The clips are read after the ledger: what it calls recorded is then on the disk.
        let only = query.cameras.count == 1 ? query.cameras.first : nil
        let clips = try ask { volume throws(IndexFault) in try volume.clips(of: only, in: range) }
        let byCamera = Dictionary(grouping: clips, by: \.camera)
        var names = query.cameras
        if names.isEmpty {
            let past = Set(history.cameras).union(byCamera.keys).subtracting(configured)
            names = configured + past.sorted()
        }
        let lines = try names.map { name throws(RecorderFailure) in
            let own = byCamera[name] ?? []
            guard !own.isEmpty || configured.contains(name) || history.cameras.contains(name)
            else { throw RecorderFailure.noCamera(name) }
            return Span.Line(
                camera: name, clips: own,
                coverage: CameraCoverage(
                    camera: name, clips: own, history: history, range: range, now: now))
        }
        let end = min(range.upperBound, max(now, range.lowerBound))
        return Span(range: range.lowerBound..<end, lines: lines)
    }
}

extension Console.Timeline.Span {
    /// A clip on the line.
    init(_ clip: CatalogClip) {
        self.init(
            id: Int64(clamping: clip.header.sequence), start: Timestamp(clip.start),
            end: Timestamp(clip.endTime), seconds: Double(clip.end.mediaDuration) / 1e9,
            bytes: clip.byteCount, open: clip.state == .open)
    }
}

extension CoverageRecord {
    /// A camera's coverage in the console's words.
    init(_ coverage: CameraCoverage) {
        var causes: [String: Double] = [:]
        for (name, length) in coverage.causes { causes[name] = length.seconds }
        self.init(
            camera: coverage.camera, share: coverage.share,
            enabledSeconds: coverage.enabled.seconds, recordedSeconds: coverage.recorded.seconds,
            longestGapSeconds: coverage.longest?.length.seconds, causes: causes,
            lostPackets: coverage.lostPackets)
    }
}
