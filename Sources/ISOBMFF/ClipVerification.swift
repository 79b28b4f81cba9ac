/// What a thorough look at a clip found: facts, and everything that is not as it should be.
public struct ClipVerification: Hashable, Sendable {
    /// Something that is not as it should be.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// Where, in bytes from the start of the file.
        public var offset: UInt64
        /// What, in a sentence without its full stop.
        public var text: String

        /// Where and what.
        public var description: String { "at byte \(offset): \(text)" }
    }

    /// No more findings than this are kept: a file of garbage needs no longer list.
    public static let maximumFindingCount = 100

    /// What is not as it should be; empty for a whole clip.
    public private(set) var findings: [Finding] = []
    /// Open or final; nil if the file is no clip.
    public private(set) var state: ClipState?
    /// Whose clip it is; nil if the file is no clip.
    public private(set) var header: ClipHeader?
    /// How the clip ended; nil while it is open, or if the record is damaged.
    public private(set) var end: ClipEnd?
    /// Tracks, samples, duration and fragments, of all whole fragments; nil if it is no clip.
    public private(set) var tables: SampleTables?

    /// Looks at the whole of `source`, reading it once in pieces.
    ///
    /// - Throws: `ReadError` if the disk fails.
    public init(of source: some RandomAccess) throws(ReadError) {
        var reader = SourceReader(source)
        switch try InitSegment.find(in: &reader) {
        case .failure(let error): add(0, error.description)
        case .segment(let segment, let box):
            header = segment.header
            state = box.state(of: segment)
            try look(at: segment, box, in: &reader)
        }
    }

    /// Whether nothing is wrong.
    public var isWhole: Bool { findings.isEmpty }

    private mutating func add(_ offset: UInt64, _ text: String) {
        guard findings.count < Self.maximumFindingCount else { return }
        findings.append(Finding(offset: offset, text: text))
    }

    private mutating func look(
        at segment: InitSegment, _ box: BoxHeader, in reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) {
        let start = UInt64(segment.moovOffset)
        var limit = reader.byteCount
        switch state {
        case .open: break
        case .final:
            let end = start.addingReportingOverflow(box.byteCount ?? 0)
            if end.overflow || end.partialValue > limit {
                add(start, "the mdat ends beyond the end of the file")
            } else {
                limit = end.partialValue
            }
        case nil: add(start, "'\(box.type)' stands where 'moov' or 'mdat' belongs")
        }
        var contents = ClipContents(segment)
        try contents.scan(&reader, to: limit, verifyFrom: 0)
        tables = contents.tables
        for damage in contents.damaged { add(damage.offset, "fragment: \(damage.text)") }
        addEnd(of: contents, limit: limit)
        if let table = contents.allTables.tracks.first(where: { $0.track.isPrimary }),
            let first = table.samples.first, !first.isSync
        {
            add(first.offset, "the first sample of the video is no key frame")
        }
        if state == .final { try lookAtIndex(from: limit, contents: contents, in: &reader) }
    }

    private mutating func addEnd(of contents: ClipContents, limit: UInt64) {
        if contents.missingSeal != nil {
            add(contents.endOffset, "the checksum box of the last fragment is missing")
        }
        guard contents.end != .file, contents.endOffset < limit else { return }
        add(contents.scanEnd, "\(limit - contents.scanEnd) bytes at the end: \(contents.end)")
    }

    /// Compares the index of a final clip with the fragments.
    private mutating func lookAtIndex(
        from start: UInt64, contents: ClipContents, in reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) {
        guard let found = try ClipEnd.find(in: &reader) else {
            return add(start, "the file does not end with a whole end record")
        }
        end = found.end
        let range = found.movieRange
        guard range.lowerBound == start else {
            return add(start, "the moov does not lie between the mdat and the end record")
        }
        guard range.upperBound - range.lowerBound <= MovieWriter.maximumByteCount else {
            return add(start, "the moov is larger than that of any clip")
        }
        let size = reader.byteCount
        let count = Int(range.upperBound - range.lowerBound)
        let movie = try reader.withBytes(at: start, count: count) { bytes in
            Result { () throws(FormatError) in
                guard MovieMark(bytes) == found.movie else { throw .checksum("moov") }
                return try MovieSamples.read(moov: bytes, fileByteCount: size)
            }
        }
        switch movie {
        case nil: add(start, "the moov cannot be read")
        case .failure(let error): add(start, error.description)
        case .success(let tracks): compare(tracks, contents, at: start)
        }
    }

    private mutating func compare(
        _ tracks: [MovieSamples], _ contents: ClipContents, at offset: UInt64
    ) {
        for table in contents.allTables.tracks {
            let id = table.track.id
            guard let movie = tracks.first(where: { $0.trackID == id }) else {
                add(offset, "the moov has no track \(id)")
                continue
            }
            // Recovery leaves the samples of damaged fragments out; other clips have them.
            let whole = contents.tables.tracks.first { $0.track.id == id }?.samples
            let all = table.samples
            guard movie.samples != all, movie.samples != whole else { continue }
            let difference =
                zip(movie.samples, all).enumerated().first { $1.0 != $1.1 }?.offset
                ?? min(movie.samples.count, all.count)
            add(
                offset,
                "track \(id): the moov differs from the fragments at sample \(difference + 1)"
                    + " (\(movie.samples.count) samples in the moov, \(all.count) in fragments)")
        }
    }
}
