/// Writes the `moov` of a final clip: that of the init segment with times and sample tables.
struct MovieWriter {
    /// No clip's `moov` is larger; one of ten minutes has about 200 KB.
    static let maximumByteCount: UInt64 = 128 << 20

    private let tables: SampleTables
    /// Ticks per second of the movie's own durations.
    private var timescale: UInt32 = 1000

    init(tables: SampleTables) { self.tables = tables }

    /// Returns the whole box.
    func movie(from segment: InitSegment) throws(FormatError) -> [UInt8] {
        try segment.withMovie { moov throws(FormatError) in
            var writer = self
            writer.timescale = writer.exactTimescale(
                else: try MediaTimes(mdhd: try moov.child("mvhd")).timescale)
            return try writer.movie(moov)
        }
    }

    /// A timescale in which the start of every track is a whole number, if 32 bits allow one.
    ///
    /// Only an empty edit needs it: without one the muxer's own timescale stays.
    private func exactTimescale(else fallback: UInt32) -> UInt32 {
        guard tables.tracks.contains(where: { $0.firstDecodeTime > 0 }) else { return fallback }
        var common: UInt64 = 1
        for table in tables.tracks {
            let scale = UInt64(table.track.timescale)
            common *= scale / greatestCommonDivisor(common, scale)
            guard common <= UInt64(Int32.max) else { return fallback }
        }
        return UInt32(common)
    }

    private func movie(_ moov: Box) throws(FormatError) -> [UInt8] {
        var writer = BoxWriter(capacity: moov.bytes.count + 65_536)
        try writer.box("moov") { writer throws(FormatError) in
            var boxes = moov.children
            var rest = tables.tracks[...]
            while let box = try boxes.next() {
                switch box.type {
                case "mvhd":
                    let duration = tables.tracks.lazy.map(presentationDuration).max() ?? 0
                    try writer.retimed(box, timescale: timescale, duration: duration)
                case "trak":
                    guard let table = rest.popFirst() else { throw .invalid("moov", "extra trak") }
                    try write(box, table: table, to: &writer)
                case "mvex": break
                default: writer.append(bytes: box.bytes)
                }
            }
        }
        return writer.bytes
    }

    /// Ticks of the movie from time zero to the end of the track.
    private func presentationDuration(_ table: TrackTable) -> UInt64 {
        emptyDuration(table) &+ mediaDuration(table)
    }

    private func emptyDuration(_ table: TrackTable) -> UInt64 {
        rescale(table.firstDecodeTime, from: UInt64(table.track.timescale), to: UInt64(timescale))
    }

    private func mediaDuration(_ table: TrackTable) -> UInt64 {
        rescale(table.duration, from: UInt64(table.track.timescale), to: UInt64(timescale))
    }

    private func write(
        _ trak: Box, table: TrackTable, to writer: inout BoxWriter
    ) throws(FormatError) {
        try writer.box("trak") { writer throws(FormatError) in
            var boxes = trak.children
            while let box = try boxes.next() {
                switch box.type {
                case "tkhd":
                    try writer.retimed(box, duration: presentationDuration(table))
                    writeEdits(table, to: &writer)
                case "edts": break
                case "mdia": try writeMedia(box, table: table, to: &writer)
                default: writer.append(bytes: box.bytes)
                }
            }
        }
    }

    /// ISO/IEC 14496-12 8.6.6, Edit List Box: only for a track that begins after the clip does.
    private func writeEdits(_ table: TrackTable, to writer: inout BoxWriter) {
        let edits = [(emptyDuration(table), Int64(-1)), (mediaDuration(table), 0)]
        guard edits[0].0 > 0 else { return }
        let isLong = edits.contains { $0.0 > UInt64(UInt32.max) }
        writer.box("edts") { writer in
            writer.fullBox("elst", version: isLong ? 1 : 0) { writer in
                writer.append(UInt32(edits.count))
                for (duration, time) in edits {
                    if isLong {
                        writer.append(duration)
                        writer.append(time)
                    } else {
                        writer.append(UInt32(duration))
                        writer.append(Int32(time))
                    }
                    writer.append(UInt32(0x0001_0000))
                }
            }
        }
    }

    private func writeMedia(
        _ mdia: Box, table: TrackTable, to writer: inout BoxWriter
    ) throws(FormatError) {
        try writer.box("mdia") { writer throws(FormatError) in
            var boxes = mdia.children
            while let box = try boxes.next() {
                switch box.type {
                case "mdhd":
                    let scale = table.track.timescale
                    try writer.retimed(box, timescale: scale, duration: table.duration)
                case "minf":
                    try writer.box("minf") { writer throws(FormatError) in
                        var parts = box.children
                        while let part = try parts.next() {
                            if part.type == "stbl" {
                                let entries = try part.child("stsd")
                                SampleTableWriter(table).write(entries: entries, to: &writer)
                            } else {
                                writer.append(bytes: part.bytes)
                            }
                        }
                    }
                default: writer.append(bytes: box.bytes)
                }
            }
        }
    }
}

extension BoxWriter {
    /// Appends an `mvhd`, `tkhd` or `mdhd` with another duration.
    ///
    /// Timescale (or `tkhd`'s track number) and times of creation stay where they are nil. It becomes version 1 if the duration needs 64 bits (ISO/IEC 14496-12 8.2.2, 8.3.2, 8.4.2).
    mutating func retimed(
        _ box: Box, timescale: UInt32? = nil, trackID: UInt32? = nil, created: UInt64? = nil,
        duration: UInt64
    ) throws(FormatError) {
        var reader = box.reader
        let (version, flags) = try reader.versionAndFlags()
        let oldCreation = version == 1 ? try reader.read() : UInt64(try reader.read(UInt32.self))
        let oldChange = version == 1 ? try reader.read() : UInt64(try reader.read(UInt32.self))
        let (creation, modification) = (created ?? oldCreation, created ?? oldChange)
        // The timescale of mvhd and mdhd; track number and reserved bits of tkhd.
        let middle = try reader.take(box.type == "tkhd" ? 8 : 4)
        _ = try reader.take(version == 1 ? 8 : 4)
        let rest = try reader.take(reader.remaining)
        let isLong = max(duration, creation, modification) >= UInt64(UInt32.max)
        fullBox(box.type, version: isLong ? 1 : 0, flags: flags) { writer in
            func time(_ value: UInt64, _ writer: inout BoxWriter) {
                if isLong { writer.append(value) } else { writer.append(UInt32(value)) }
            }
            time(creation, &writer)
            time(modification, &writer)
            if let timescale {
                writer.append(timescale)
            } else if let trackID {
                writer.append(UInt64(trackID) << 32)
            } else {
                writer.append(bytes: middle)
            }
            time(duration, &writer)
            writer.append(bytes: rest)
        }
    }
}

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
}
