/// The samples of one track as a final `moov` tells of them.
public struct MovieSamples: Hashable, Sendable {
    /// The track's number in the file.
    public let trackID: UInt32
    /// Ticks per second of the track.
    public let timescale: UInt32
    /// Ticks of the track as its header has them (`mdhd`).
    public let duration: UInt64
    /// The samples in decoding order, the empty edit in front of the track added to their times.
    public let samples: [PlacedSample]

    /// Reads all tracks of the `moov` at the start of `bytes`.
    ///
    /// - Parameter fileByteCount: samples beyond it, or more of them than bytes, are an error.
    /// - Throws: `FormatError` if a table is missing, damaged or contradicts another.
    public static func read(
        moov bytes: UnsafeRawBufferPointer, fileByteCount: UInt64
    ) throws(FormatError) -> [MovieSamples] {
        let moov = try Box(bytes)
        guard moov.type == "moov" else { throw .invalid(moov.type, "it is no moov") }
        let scale = try MediaTimes(mdhd: try moov.child("mvhd")).timescale
        var tracks: [MovieSamples] = []
        var boxes = moov.children
        while let box = try boxes.next() {
            guard box.type == "trak" else { continue }
            guard tracks.count < TrackDescription.maximumCount else {
                throw .tooLarge("more than 16 tracks")
            }
            tracks.append(try MovieSamples(box, scale: scale, fileByteCount: fileByteCount))
        }
        return tracks
    }

    private init(_ trak: Box, scale: UInt32, fileByteCount: UInt64) throws(FormatError) {
        let media = try trak.child("mdia")
        let times = try MediaTimes(mdhd: try media.child("mdhd"))
        trackID = try TrackDescription.trackID(try trak.child("tkhd"))
        timescale = times.timescale
        duration = times.duration
        let start = rescale(
            try Self.emptyEdit(trak), from: UInt64(scale), to: UInt64(times.timescale))
        let table = try media.child("minf").child("stbl")
        var list = try SampleSizes(try table.child("stsz"), fileByteCount: fileByteCount).samples
        try Self.place(&list, chunks: table, fileByteCount: fileByteCount)
        try Self.setTimes(&list, start: start, try table.child("stts"))
        if let box = try table.optionalChild("ctts") { try Self.setOffsets(&list, box) }
        if let box = try table.optionalChild("stss") { try Self.setSyncs(&list, box) }
        samples = list
    }

    /// ISO/IEC 14496-12 8.6.6: ticks of the movie before the track begins.
    private static func emptyEdit(_ trak: Box) throws(FormatError) -> UInt64 {
        guard let list = try trak.optionalChild("edts")?.optionalChild("elst") else { return 0 }
        var reader = list.reader
        let version = try reader.versionAndFlags().version
        guard try reader.read(UInt32.self) > 0 else { return 0 }
        if version == 1 {
            let duration = try reader.read(UInt64.self)
            return try reader.read(Int64.self) == -1 ? duration : 0
        }
        let duration = try reader.read(UInt32.self)
        return try reader.read(Int32.self) == -1 ? UInt64(duration) : 0
    }

    private static func setTimes(
        _ samples: inout [PlacedSample], start: UInt64, _ stts: Box
    ) throws(FormatError) {
        var time = start
        var index = 0
        try forEachRun(in: stts) { count, value throws(FormatError) in
            guard count <= samples.count - index else {
                throw .invalid("stts", "more samples than stsz has")
            }
            for _ in 0..<count {
                samples[index].decodeTime = time
                time &+= UInt64(value)
                index += 1
            }
        }
        guard index == samples.count else { throw .invalid("stts", "fewer samples than stsz") }
    }

    private static func setOffsets(
        _ samples: inout [PlacedSample], _ ctts: Box
    ) throws(FormatError) {
        var index = 0
        try forEachRun(in: ctts) { count, value throws(FormatError) in
            guard count <= samples.count - index else {
                throw .invalid("ctts", "more samples than stsz has")
            }
            for _ in 0..<count {
                samples[index].compositionOffset = Int32(bitPattern: value)
                index += 1
            }
        }
        guard index == samples.count else { throw .invalid("ctts", "fewer samples than stsz") }
    }

    private static func setSyncs(
        _ samples: inout [PlacedSample], _ stss: Box
    ) throws(FormatError) {
        for index in samples.indices { samples[index].isSync = false }
        var reader = stss.reader
        _ = try reader.versionAndFlags()
        for _ in 0..<(try reader.read(UInt32.self)) {
            let number = try reader.read(UInt32.self)
            guard number >= 1, number <= samples.count else {
                throw .invalid("stss", "sample \(number) of \(samples.count)")
            }
            samples[Int(number) - 1].isSync = true
        }
    }

    /// 8.7.4 and 8.7.5: puts samples into chunks and chunks into the file.
    private static func place(
        _ samples: inout [PlacedSample], chunks table: Box, fileByteCount: UInt64
    ) throws(FormatError) {
        var lengths = try ChunkLengths(try table.child("stsc"))
        let long = try table.optionalChild("co64")
        var offsets: ByteReader
        if let long { offsets = long.reader } else { offsets = try table.child("stco").reader }
        _ = try offsets.versionAndFlags()
        let count = try offsets.read(UInt32.self)
        var index = 0
        for chunk in 0..<count {
            var position =
                long == nil ? UInt64(try offsets.read(UInt32.self)) : try offsets.read(UInt64.self)
            let length = try lengths.length(of: chunk)
            guard length <= samples.count - index else {
                throw .invalid("stsc", "more samples than stsz has")
            }
            for _ in 0..<length {
                let size = UInt64(samples[index].size)
                guard position <= fileByteCount, size <= fileByteCount - position else {
                    throw .invalid("stco", "sample \(index + 1) lies beyond the end of the file")
                }
                samples[index].offset = position
                position += size
                index += 1
            }
        }
        guard index == samples.count else { throw .invalid("stco", "fewer samples than stsz") }
    }

    /// Reads `count, value` pairs, as in `stts` and `ctts`.
    private static func forEachRun(
        in box: Box, _ body: (Int, UInt32) throws(FormatError) -> Void
    ) throws(FormatError) {
        var reader = box.reader
        _ = try reader.versionAndFlags()
        for _ in 0..<(try reader.read(UInt32.self)) {
            try body(Int(try reader.read(UInt32.self)), try reader.read())
        }
    }
}

/// 8.7.3.2, Sample Size Box.
private struct SampleSizes {
    var samples: [PlacedSample] = []

    init(_ stsz: Box, fileByteCount: UInt64) throws(FormatError) {
        var reader = stsz.reader
        _ = try reader.versionAndFlags()
        let uniform = try reader.read(UInt32.self)
        let count = Int(try reader.read(UInt32.self))
        guard count <= SampleTables.maximumSampleCount, UInt64(count) <= fileByteCount else {
            throw .tooLarge("\(count) samples")
        }
        samples.reserveCapacity(count)
        for _ in 0..<count {
            samples.append(
                PlacedSample(
                    offset: 0, size: uniform > 0 ? uniform : try reader.read(), decodeTime: 0,
                    compositionOffset: 0, isSync: true))
        }
    }
}

/// 8.7.4, Sample To Chunk Box.
private struct ChunkLengths {
    private var reader: ByteReader
    private var remaining: UInt32
    private var current = 0
    /// The entry after the current one, and the chunk with which it begins, from 0.
    private var next: (chunk: UInt32, length: Int)?

    init(_ stsc: Box) throws(FormatError) {
        reader = stsc.reader
        _ = try reader.versionAndFlags()
        remaining = try reader.read()
        try advance()
    }

    private mutating func advance() throws(FormatError) {
        guard remaining > 0 else {
            next = nil
            return
        }
        remaining -= 1
        let first = try reader.read(UInt32.self)
        guard first > 0 else { throw .invalid("stsc", "chunk number 0") }
        next = (first - 1, Int(try reader.read(UInt32.self)))
        _ = try reader.read(UInt32.self)
    }

    mutating func length(of chunk: UInt32) throws(FormatError) -> Int {
        if let next, next.chunk == chunk {
            current = next.length
            try advance()
        }
        return current
    }
}
