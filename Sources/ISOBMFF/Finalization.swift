/// What turns an open clip into a final one: bytes for its end and eight bytes for its head.
///
/// The order matters. With the last fragment on disk: write `tail` at `tailOffset`, sync, write
/// `header` at `headerOffset` in one piece, sync. At every instant in between the file is a whole
/// open clip, and after it a whole final one.
public struct Finalization: Hashable, Sendable {
    /// Where `tail` goes: the end of the last fragment.
    public let tailOffset: UInt64
    /// The complete `moov` and the clip's end record, behind a checksum box if one is missing.
    public let tail: [UInt8]
    /// Where `header` goes: the `moov` of the init segment.
    public let headerOffset: UInt64
    /// Eight bytes: the header of an `mdat` from the old `moov` to the end of the last fragment.
    public let header: [UInt8]

    /// Makes the bytes of a clip whose last fragment ends at byte `endOffset`.
    ///
    /// - Throws: `FormatError.tooLarge` if the clip passes 4 GiB, or another if the init segment
    ///   is none of a fragmented file.
    public init(
        initSegment: InitSegment, tables: SampleTables, end: ClipEnd, endOffset: UInt64
    ) throws(FormatError) {
        try self.init(
            initSegment: initSegment, tables: tables, end: end, endOffset: endOffset,
            missingSeal: nil)
    }

    /// Makes the bytes of a clip whose last fragment may lack its checksum box.
    init(
        initSegment: InitSegment, tables: SampleTables, end: ClipEnd, endOffset: UInt64,
        missingSeal: FragmentSeal?
    ) throws(FormatError) {
        let seal = missingSeal?.bytes ?? []
        let (size, overflow) = endOffset.subtractingReportingOverflow(
            UInt64(initSegment.moovOffset))
        guard !overflow, size <= UInt64(UInt32.max) - UInt64(seal.count) else {
            throw .tooLarge("a clip has at most 4 GiB")
        }
        let movie = try MovieWriter(tables: tables).movie(from: initSegment)
        var writer = BoxWriter(capacity: seal.count + movie.count + ClipEnd.byteCount)
        writer.append(bytes: seal)
        writer.append(bytes: movie)
        end.write(to: &writer, movie: movie.withUnsafeBytes { MovieMark($0) })
        tail = writer.bytes
        tailOffset = endOffset
        writer.removeAll()
        writer.append(UInt32(size) + UInt32(seal.count))
        writer.append(FourCC("mdat"))
        header = writer.bytes
        headerOffset = UInt64(initSegment.moovOffset)
    }
}

extension ClipEnd {
    /// A record whose duration and counts are those of `tables`.
    public init(
        tables: SampleTables, endUTC: Int64, endMonotonic: Int64, lostPacketCount: UInt32 = 0,
        timeRepairCount: UInt32 = 0, reason: EndReason
    ) {
        self.init(
            endUTC: endUTC, endMonotonic: endMonotonic, mediaDuration: tables.durationNanoseconds,
            payloadByteCount: tables.payloadByteCount,
            primarySampleCount: UInt32(clamping: tables.primarySampleCount),
            otherSampleCount: UInt32(clamping: tables.otherSampleCount),
            fragmentCount: tables.fragmentCount, lostPacketCount: lostPacketCount,
            timeRepairCount: timeRepairCount, reason: reason)
    }
}
