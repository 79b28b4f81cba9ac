/// The boxes in front of the samples of a plain MP4 that holds samples of several clips.
///
/// Filled track by track and run by run, it then writes `ftyp`, `moov` and the header of `mdat`, in
/// this order, so that a player can begin before it has the whole file. Memory is about 10 bytes
/// per sample.
public struct JoinedMovie: Sendable {
    /// Ticks per second of the movie's own durations: fine enough for any edit.
    public static let timescale: UInt32 = 90_000
    /// No sample may last longer in ticks of its track: players read the number as signed.
    public static let longestDuration = UInt64(Int32.max)

    /// A track and what its boxes are copied from.
    private struct Track {
        var table: TrackTable
        let template: InitSegment
        let templateID: UInt32
        /// Sample entries, whole boxes; `TrackTable.Chunk.entry` counts them from 1.
        var entries: [[UInt8]] = []
    }

    private var tracks: [Track] = []
    /// Wall-clock time of the first sample, in nanoseconds since 1970-01-01T00:00:00Z.
    public var startUTC: Int64 = 0
    /// What players show, in ticks of `timescale` from the movie's time zero; nil for everything.
    public var presented: Range<UInt64>?
    /// Bytes of all samples, which follow the header in the order in which they were appended.
    public private(set) var payloadByteCount: UInt64 = 0

    /// A movie without tracks.
    public init() {}

    /// Adds a track like that of a clip and returns its place in this movie, from 0.
    public mutating func addTrack(like track: TrackDescription, in segment: InitSegment) -> Int {
        var description = track
        description.id = UInt32(tracks.count + 1)
        tracks.append(
            Track(
                table: TrackTable(track: description), template: segment, templateID: track.id))
        return tracks.count - 1
    }

    /// The track's facts; its number is the one in this movie.
    public func description(of track: Int) -> TrackDescription { tracks[track].table.track }

    /// Ticks from the movie's time zero to the end of the track.
    public func endTime(of track: Int) -> UInt64 { tracks[track].table.endTime }

    /// Returns the number of the sample entry of a clip's track, adding it if it is new.
    ///
    /// - Throws: `FormatError` if the init segment is damaged.
    public mutating func entry(
        of track: TrackDescription, in segment: InitSegment, for index: Int
    ) throws(FormatError) -> UInt32 {
        let bytes = try segment.sampleEntry(ofTrack: track.id)
        if let known = tracks[index].entries.firstIndex(of: bytes) { return UInt32(known + 1) }
        tracks[index].entries.append(bytes)
        return UInt32(tracks[index].entries.count)
    }

    /// Appends samples whose bytes follow everything that was appended before.
    ///
    /// The run's first decode time is later than that of the sample before it, which then lasts up
    /// to it, at most `longestDuration`.
    public mutating func append(_ run: TrackRun, to track: Int, entry: UInt32) {
        tracks[track].table.append(run, at: payloadByteCount, entry: entry)
        payloadByteCount &+= run.byteCount
    }

    /// Returns `ftyp`, `moov` and the header of `mdat`.
    ///
    /// - Throws: `FormatError` if the init segment of a track is damaged.
    public func header() throws(FormatError) -> [UInt8] {
        let isLong = payloadByteCount > UInt64(UInt32.max) - 8
        var base: UInt64 = 0
        // Chunk offsets depend on the size of the moov, and that on the width of the offsets.
        while true {
            var writer = BoxWriter()
            writeFileType(to: &writer)
            try writeMovie(base: base, to: &writer)
            writer.append(isLong ? 1 : UInt32(clamping: payloadByteCount + 8))
            writer.append(FourCC("mdat"))
            if isLong { writer.append(payloadByteCount + 16) }
            let size = UInt64(writer.bytes.count)
            guard size != base else { return writer.bytes }
            base = size
        }
    }

    /// ISO/IEC 14496-12 4.3, File Type Box; `iso4` for composition offsets with a sign.
    private func writeFileType(to writer: inout BoxWriter) {
        writer.box("ftyp") { writer in
            writer.append(FourCC("isom"))
            writer.append(UInt32(512))
            for brand in ["isom", "iso2", "iso4", "mp41"] as [FourCC] { writer.append(brand) }
        }
    }

    private func writeMovie(base: UInt64, to writer: inout BoxWriter) throws(FormatError) {
        let filled = tracks.filter { $0.table.sampleCount > 0 }
        try writer.box("moov") { writer throws(FormatError) in
            guard let first = filled.first else { throw .invalid("moov", "no samples") }
            let duration = filled.lazy.map { edits(of: $0).duration }.max() ?? 0
            try first.template.withMovie { moov throws(FormatError) in
                try writer.retimed(
                    try moov.child("mvhd"), timescale: Self.timescale, created: created,
                    duration: duration)
            }
            writer.setNextTrackID(UInt32(tracks.count + 1))
            for track in filled { try write(track, base: base, to: &writer) }
        }
    }

    /// `startUTC` in seconds since 1904, as 8.2.2 counts them.
    private var created: UInt64 { UInt64(max(0, startUTC) / 1_000_000_000) + 2_082_844_800 }

    private func write(
        _ track: Track, base: UInt64, to writer: inout BoxWriter
    ) throws(FormatError) {
        let table = track.table
        try track.template.withTrack(track.templateID) { trak throws(FormatError) in
            try writer.box("trak") { writer throws(FormatError) in
                let edits = edits(of: track)
                try writer.retimed(
                    try trak.child("tkhd"), trackID: table.track.id, created: created,
                    duration: edits.duration)
                edits.write(to: &writer)
                try writer.box("mdia") { writer throws(FormatError) in
                    var boxes = try trak.child("mdia").children
                    while let box = try boxes.next() {
                        switch box.type {
                        case "mdhd":
                            try writer.retimed(
                                box, timescale: table.track.timescale, created: created,
                                duration: table.duration)
                        case "minf":
                            try writeMedia(box, track, base: base, to: &writer)
                        default: writer.append(bytes: box.bytes)
                        }
                    }
                }
            }
        }
    }

    private func writeMedia(
        _ minf: Box, _ track: Track, base: UInt64, to writer: inout BoxWriter
    ) throws(FormatError) {
        try writer.box("minf") { writer throws(FormatError) in
            var parts = minf.children
            while let part = try parts.next() {
                guard part.type == "stbl" else {
                    writer.append(bytes: part.bytes)
                    continue
                }
                SampleTableWriter(track.table, base: base).write(to: &writer) { writer in
                    writer.fullBox("stsd") { writer in
                        writer.append(UInt32(track.entries.count))
                        for entry in track.entries { writer.append(bytes: entry) }
                    }
                }
            }
        }
    }

    private func edits(of track: Track) -> TrackEdits {
        let scale = track.table.track.timescale
        let first = rescale(
            track.table.firstDecodeTime, from: UInt64(scale), to: UInt64(Self.timescale))
        let end = rescale(track.table.endTime, from: UInt64(scale), to: UInt64(Self.timescale))
        guard let presented else {
            return TrackEdits(empty: first, mediaStart: 0, mediaDuration: end - first)
        }
        let start = max(first, presented.lowerBound)
        // The last pictures are shown after the last one is decoded, where they are reordered.
        let last =
            track.table.track.isPrimary
            ? presented.upperBound : min(end, presented.upperBound)
        return TrackEdits(
            empty: start - presented.lowerBound,
            mediaStart: rescale(start - first, from: UInt64(Self.timescale), to: UInt64(scale)),
            mediaDuration: max(last, start) - start)
    }
}

/// ISO/IEC 14496-12 8.6.6, Edit List Box: when a track begins and with which of its samples.
private struct TrackEdits {
    /// Ticks of the movie before the track begins.
    var empty: UInt64
    /// Ticks of the track that are not shown.
    var mediaStart: UInt64
    /// Ticks of the movie for which the track is shown.
    var mediaDuration: UInt64

    var duration: UInt64 { empty + mediaDuration }

    /// Appends `edts`, unless the track is shown from its first sample at the movie's time zero.
    func write(to writer: inout BoxWriter) {
        guard empty > 0 || mediaStart > 0 else { return }
        var edits = [(mediaDuration, Int64(mediaStart))]
        if empty > 0 { edits.insert((empty, -1), at: 0) }
        writer.box("edts") { writer in
            writer.fullBox("elst", version: 1) { writer in
                writer.append(UInt32(edits.count))
                for (duration, time) in edits {
                    writer.append(duration)
                    writer.append(time)
                    writer.append(UInt32(0x0001_0000))
                }
            }
        }
    }
}

extension BoxWriter {
    /// Corrects the last field of the `mvhd` that was just appended (8.2.2).
    fileprivate mutating func setNextTrackID(_ id: UInt32) {
        overwrite(id, at: bytes.count - 4)
    }
}

extension InitSegment {
    /// The `trak` of a track.
    fileprivate func withTrack<R>(
        _ id: UInt32, _ body: (Box) throws(FormatError) -> R
    ) throws(FormatError) -> R {
        try withMovie { moov throws(FormatError) in
            var boxes = moov.children
            while let box = try boxes.next() {
                guard box.type == "trak" else { continue }
                if try TrackDescription.trackID(try box.child("tkhd")) == id {
                    return try body(box)
                }
            }
            throw .missing("trak", in: "moov")
        }
    }

    /// 8.5.2: the first sample entry of a track, a whole box.
    fileprivate func sampleEntry(ofTrack id: UInt32) throws(FormatError) -> [UInt8] {
        try withTrack(id) { trak throws(FormatError) in
            let table = try trak.child("mdia").child("minf").child("stbl").child("stsd")
            var reader = table.reader
            _ = try reader.take(8)
            return Array(try Box(try reader.take(reader.remaining)).bytes)
        }
    }
}
