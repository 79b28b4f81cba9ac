import ISOBMFF
import Platform

/// Makes an `ExportPlan` of the tables of one clip after the other; does no I/O.
struct ExportPlanner {
    /// The clips that have a part in the export, in order.
    let places: [ClipTimeline.Place]
    private var plan: ExportPlan
    private let steps: [ClipTimeline.ClockStep]
    private var video: ExportLane?
    private var audio: ExportLane?
    /// The last clip that was taken.
    private var lastIndex: Int?
    private var parts: ExportParts

    /// Plans the export of what `timeline` has of the requested time.
    init(_ request: ExportRequest, _ timeline: ClipTimeline) {
        plan = ExportPlan(request: request)
        places = timeline.places.filter {
            $0.clip.start < request.range.upperBound && $0.end > request.range.lowerBound
        }
        steps = timeline.clockSteps
        parts = ExportParts()
    }

    /// Takes the samples of the clip that stands at `index` in `places`; called in order.
    ///
    /// - Returns: whether the clip became the last of the plan's sources.
    /// - Throws: `FormatError` if the clip's init segment is damaged.
    mutating func add(_ samples: ClipSamples, at index: Int) throws(FormatError) -> Bool {
        guard let picture = samples.tracks.first(where: { $0.description.isPrimary }) else {
            return false
        }
        let sound = samples.tracks.first {
            $0.description.handler == "soun" && !$0.samples.isEmpty
        }
        let scale = picture.description.timescale
        let isJoined = index == lastIndex.map { $0 + 1 } && !places[index].followsGap
        let timing = ClipTiming(
            places[index],
            mediaEnd: Ticks.convert(
                Int64(clamping: picture.endTime), from: scale, to: 1_000_000_000),
            frameCount: picture.samples.count, continuing: isJoined ? video?.end : nil)
        guard
            let selection = ExportSelection(
                picture, timing, plan.request.range, isFirst: lastIndex == nil),
            let first = picture.samples[selection.samples].first
        else { return false }
        defer { lastIndex = index }
        let stretches = coverage(picture, selection, timing)
        parts.add(
            video: picture.description, audio: sound?.description, stretches, timing,
            lanes: (video, audio))
        guard parts.fitOneFile else { return false }
        var lane =
            video
            ?? ExportLane(
                index: plan.movie.addTrack(like: picture.description, in: samples.segment),
                track: picture.description,
                zero: timing.ticks(Int64(clamping: first.decodeTime), of: scale, in: scale))
        let entry = try plan.movie.entry(
            of: picture.description, in: samples.segment, for: lane.index)
        var pieces = lane.pieces(
            of: picture.samples[selection.samples], source: scale, endTime: selection.endTime,
            timing, entry: entry)
        present(picture, selection, timing, lane)
        video = lane
        if let sound {
            pieces += try take(sound, of: samples.segment, selection, timing, movieZero: lane)
        }
        place(pieces)
        cover(stretches, isJoined: isJoined)
        plan.sources.append(
            ExportPlan.Source(
                clip: places[index].clip,
                range: (stretches.first?.lowerBound ?? places[index].clip.start)..<(stretches.last?
                    .upperBound ?? places[index].end)))
        return true
    }

    /// Ends the plan.
    ///
    /// - Throws: `ExportError` if nothing was found, or one file cannot hold what was.
    func finish() throws(ExportError) -> ExportPlan {
        if let refusal = parts.refusal { throw refusal }
        guard video != nil else { throw .nothing(plan.request, recorded: nil) }
        var plan = plan
        plan.movie.startUTC = plan.start.nanoseconds
        plan.clockSteps = steps.filter { step in
            plan.sources.dropFirst().contains { $0.clip.start == step.at }
        }
        return plan
    }

    private mutating func take(
        _ sound: ClipSamples.Track, of segment: InitSegment, _ selection: ExportSelection,
        _ timing: ClipTiming, movieZero video: ExportLane
    ) throws(FormatError) -> [ExportLane.Piece] {
        let scale = sound.description.timescale
        var lane =
            audio
            ?? ExportLane(
                index: plan.movie.addTrack(like: sound.description, in: segment),
                track: sound.description,
                zero: Ticks.convert(video.zero, from: video.timescale, to: scale))
        func offset(_ sample: PlacedSample) -> Int64 {
            let time = Int64(clamping: sample.decodeTime)
            return timing.offset(ofMedia: Ticks.convert(time, from: scale, to: 1_000_000_000))
        }
        let list = sound.samples
        let first = list.firstIndex {
            lane.ticks(Int64(clamping: $0.decodeTime), of: scale, timing) >= 0
        }
        let end =
            selection.reachesEnd
            ? list.count
            : list.firstIndex { offset($0) >= selection.requestEnd } ?? list.count
        guard let first, first < end else { return [] }
        let entry = try plan.movie.entry(of: sound.description, in: segment, for: lane.index)
        let endTime = end < list.count ? list[end].decodeTime : sound.endTime
        let pieces = lane.pieces(
            of: list[first..<end], source: scale, endTime: Int64(clamping: endTime), timing,
            entry: entry)
        audio = lane
        return pieces
    }

    /// Lays pieces into the export in the order in which they lie in their clip.
    private mutating func place(_ pieces: [ExportLane.Piece]) {
        let source = plan.sources.count
        for piece in pieces.sorted(by: { $0.offset < $1.offset }) {
            plan.movie.append(piece.run, to: piece.lane, entry: piece.entry)
            let size = piece.run.byteCount
            if let last = plan.copies.last, last.source == source,
                last.offset + last.byteCount == piece.offset
            {
                plan.copies[plan.copies.count - 1].byteCount += size
            } else {
                plan.copies.append(
                    ExportPlan.Copy(source: source, offset: piece.offset, byteCount: size))
            }
        }
    }

    /// Notes what a player shows first and, for an exact request, where its edits lie.
    private mutating func present(
        _ track: ClipSamples.Track, _ selection: ExportSelection, _ timing: ClipTiming,
        _ lane: ExportLane
    ) {
        let scale = track.description.timescale
        func movieTicks(_ ticks: Int64) -> UInt64 {
            UInt64(
                max(0, Ticks.convert(ticks, from: lane.timescale, to: JoinedMovie.timescale)))
        }
        let delay = Ticks.convert(selection.delay, from: scale, to: lane.timescale)
        if lastIndex == nil {
            let index = plan.request.isExact ? selection.shown : selection.samples.lowerBound
            let shown = track.samples[index]
            let decode = Int64(clamping: shown.decodeTime)
            let offset = Int64(shown.compositionOffset)
            let media = Ticks.convert(
                decode + offset - selection.delay, from: scale, to: 1_000_000_000)
            plan.presentedStart = timing.wall(ofMedia: media)
            guard plan.request.isExact else { return }
            let start = movieTicks(
                lane.ticks(decode, of: scale, timing)
                    + Ticks.convert(offset, from: scale, to: lane.timescale))
            plan.movie.presented = start..<start
        }
        guard let presented = plan.movie.presented else { return }
        let requested = Ticks.convert(
            timing.timelineOffset(selection.requestEnd), from: 1_000_000_000, to: lane.timescale)
        let end = lane.ticks(selection.endTime, of: scale, timing)
        let last = movieTicks(min(requested - lane.zero, end) + delay)
        plan.movie.presented = presented.lowerBound..<max(presented.lowerBound, last)
    }

    /// The stretches of a clip's selected pictures between which nothing was recorded.
    private func coverage(
        _ track: ClipSamples.Track, _ selection: ExportSelection, _ timing: ClipTiming
    ) -> [Range<WallTime>] {
        let scale = track.description.timescale
        let samples = track.samples[selection.samples]
        func wall(_ time: Int64) -> WallTime {
            timing.wall(ofMedia: Ticks.convert(time, from: scale, to: 1_000_000_000))
        }
        guard let first = samples.first else { return [] }
        let begin = Int64(clamping: first.decodeTime)
        let frame = (selection.endTime - begin) / Int64(samples.count)
        let shortest = max(
            3 * frame, Ticks.convert(ClipTimeline.shortestGap, from: 1_000_000_000, to: scale))
        var stretches: [Range<WallTime>] = []
        var start = begin
        var last = begin
        for sample in samples.dropFirst() {
            let time = Int64(clamping: sample.decodeTime)
            if time - last > shortest {
                stretches.append(wall(start)..<wall(last + frame))
                start = time
            }
            last = time
        }
        stretches.append(wall(start)..<wall(max(selection.endTime, start)))
        return stretches
    }

    private mutating func cover(_ stretches: [Range<WallTime>], isJoined: Bool) {
        guard let first = stretches.first else { return }
        if isJoined, let last = plan.covered.last, last.lowerBound <= first.upperBound {
            plan.covered[plan.covered.count - 1] = last.lowerBound..<first.upperBound
            plan.covered += stretches.dropFirst()
        } else {
            plan.covered += stretches
        }
    }
}
