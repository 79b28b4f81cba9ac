/// What must be done with a file that a crash may have left, so that it is a final clip.
///
/// Making a plan only reads. Whoever acts on it follows `Finalization`'s order of writes and may be
/// killed at any point: the next plan goes on from there. Nothing that could be media is cut off
/// but the fragment that was being written, and nothing is ever asked to be deleted.
public enum RecoveryPlan: Hashable, Sendable {
    /// The clip is final and whole; nothing is to be done.
    case alreadyFinal(ClipEnd)
    /// Cut the file at this offset, sync, and finalize it.
    case finalize(truncateTo: UInt64, ClipEnd, Finalization)
    /// Write these eight bytes at this offset, sync, and make another plan.
    ///
    /// The header says final, but the `moov` at the end is missing or damaged: the clip becomes
    /// an open one again, from which everything can be made anew.
    case restoreHeader(at: UInt64, bytes: [UInt8])
    /// There is no whole fragment in the file and nothing that could be one.
    case empty
    /// The file is not understood; it must be kept for a person to look at.
    case quarantine(reason: String)

    /// Makes a plan for the file `source`, reading it at most twice, in pieces.
    ///
    /// - Parameter verifyFrom: bytes before this offset are known to have reached the disk; the
    ///   contents of fragments from there on are checked, those before by structure only.
    /// - Throws: `ReadError` if the disk fails.
    public static func make(
        for source: some RandomAccess, verifyFrom: UInt64 = 0
    ) throws(ReadError) -> RecoveryPlan {
        var reader = SourceReader(source)
        let segment: InitSegment
        let header: BoxHeader
        switch try InitSegment.find(in: &reader) {
        case .failure(let error): return try plan(withoutInit: error, reader: &reader)
        case .segment(let found, let standing):
            segment = found
            header = standing
        }
        guard header.state(of: segment) == .open else {
            if let end = try wholeEnd(header, of: segment, in: &reader) {
                return .alreadyFinal(end)
            }
            return .restoreHeader(at: UInt64(segment.moovOffset), bytes: segment.openHeader)
        }
        var contents = ClipContents(segment)
        try contents.scan(&reader, to: reader.byteCount, verifyFrom: verifyFrom)
        return try plan(segment: segment, contents: contents, reader: &reader)
    }

    /// What an open clip with these contents needs.
    private static func plan(
        segment: InitSegment, contents: ClipContents, reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) -> RecoveryPlan {
        guard !contents.tables.isEmpty else {
            switch contents.end {
            case .torn where contents.damaged.isEmpty: return .empty
            case .file where contents.damaged.isEmpty: return .empty
            case .zeros where contents.damaged.isEmpty:
                if try reader.isZero(from: contents.endOffset) { return .empty }
            default: break
            }
            let size = reader.byteCount - UInt64(segment.bytes.count)
            return .quarantine(reason: "no whole fragment in \(size) bytes of media")
        }
        do throws(FormatError) {
            let end = contents.endRecord(header: segment.header)
            let finalization = try Finalization(
                initSegment: segment, tables: contents.tables, end: end,
                endOffset: contents.endOffset, missingSeal: contents.missingSeal)
            return .finalize(truncateTo: contents.endOffset, end, finalization)
        } catch { return .quarantine(reason: error.description) }
    }

    /// What a file without an init segment is: one that a crash left at its very beginning, or
    /// none of ours.
    private static func plan(
        withoutInit error: FormatError, reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) -> RecoveryPlan {
        if reader.byteCount < 8 { return .empty }
        if try reader.isZero(from: 0) { return .empty }
        let isClip = try reader.withBytes(at: 4, count: 4) { $0.elementsEqual("ftyp".utf8) }
        if isClip == true {
            let sector = UInt64(InitSegment.sectorByteCount)
            if case .truncated(let box) = error, box == "moov" || reader.byteCount < sector {
                return .empty
            }
            // The blocks after the first may be zeros that the file system never filled.
            if try reader.isZero(from: sector) { return .empty }
        }
        return .quarantine(reason: error.description)
    }

    /// The end record of a final clip, if all of its index is whole.
    private static func wholeEnd(
        _ header: BoxHeader, of segment: InitSegment,
        in reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) -> ClipEnd? {
        guard header.state(of: segment) == .final, let size = header.byteCount,
            let found = try ClipEnd.find(in: &reader),
            found.movieRange.lowerBound == UInt64(segment.moovOffset) &+ size,
            try reader.checksum(from: found.movieRange.lowerBound, to: found.movieRange.upperBound)
                == found.movie.checksum
        else { return nil }
        return found.end
    }
}
