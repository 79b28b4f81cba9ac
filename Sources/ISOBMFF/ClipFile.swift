/// The two states in which a clip's file may be; eight bytes tell them apart.
public enum ClipState: Hashable, Sendable {
    /// Being recorded, or left by a crash: fragments without a final `moov`.
    case open
    /// An `mdat` from the old `moov` to the end of the last fragment, and a `moov` behind it.
    case final
}

/// Why a clip's first bytes cannot be read: the disk or the format.
public enum ClipReadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The disk failed.
    case read(ReadError)
    /// The bytes are no init segment.
    case format(FormatError)

    /// What failed, in a sentence without its full stop.
    public var description: String {
        switch self {
        case .read(let error): error.description
        case .format(let error): error.description
        }
    }
}

extension InitSegment {
    /// Reads the init segment of a clip in either state.
    ///
    /// - Returns: the segment as in an open clip, and the state. A final clip's state says what
    ///   its header says: whether its `moov` is whole is another question, for `RecoveryPlan`.
    /// - Throws: `ClipReadError` if the disk fails or the file is no clip.
    public static func read(
        from source: some RandomAccess
    ) throws(ClipReadError) -> (segment: InitSegment, state: ClipState) {
        var reader = SourceReader(source)
        switch try found(in: &reader) {
        case .segment(let segment, let header):
            guard let state = header.state(of: segment) else {
                throw .format(.invalid(header.type, "it stands where the moov or mdat belongs"))
            }
            return (segment, state)
        case .failure(let error): throw .format(error)
        }
    }

    /// Looks for an init segment, as `find(in:)`, with the error of a reader of one clip.
    static func found(
        in reader: inout SourceReader<some RandomAccess>
    ) throws(ClipReadError) -> Found {
        do throws(ReadError) { return try find(in: &reader) } catch { throw .read(error) }
    }

    /// What the first bytes of a file are.
    enum Found {
        /// An init segment, and the box header that stands in the place of its `moov`'s.
        case segment(InitSegment, BoxHeader)
        case failure(FormatError)
    }

    /// Looks for an init segment whatever the eight bytes are that finalizing overwrites.
    static func find(
        in reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) -> Found {
        guard reader.byteCount > 0 else { return .failure(.notAClip("it is empty")) }
        let count = Int(min(reader.byteCount, UInt64(sectorByteCount)))
        let layout = try reader.withBytes(at: 0, count: count) { bytes in
            Result { () throws(FormatError) in try InitLayout(bytes) }
        }
        switch layout {
        case nil: return .failure(.truncated("ftyp"))
        case .failure(let error): return .failure(error)
        case .success(let layout):
            let size = layout.moovOffset + Int(layout.movie.byteCount)
            return try reader.withBytes(at: 0, count: size) { bytes in
                var open = Array(bytes)
                var writer = BoxWriter(capacity: 8)
                writer.append(layout.movie.byteCount)
                writer.append(FourCC("moov"))
                open.replaceSubrange(layout.moovOffset..<layout.moovOffset + 8, with: writer.bytes)
                do throws(FormatError) {
                    let header = try BoxHeader(
                        UnsafeRawBufferPointer(rebasing: bytes[layout.moovOffset...]))
                    return try open.withBytes { bytes throws(FormatError) in
                        .segment(try InitSegment(openBytes: bytes), header)
                    }
                } catch { return .failure(error) }
            } ?? .failure(.truncated("moov"))
        }
    }
}

extension BoxHeader {
    /// The state of the clip in which this header stands at the place of the `moov`.
    func state(of segment: InitSegment) -> ClipState? {
        switch type {
        case "moov" where byteCount == UInt64(segment.bytes.count - segment.moovOffset): .open
        case "mdat" where byteCount != nil: .final
        default: nil
        }
    }
}

extension ClipEnd {
    /// Reads the end record of a final clip from the last bytes of its file.
    ///
    /// - Returns: the record, or nil if the file does not end with one.
    /// - Throws: `ReadError` if the disk fails.
    public static func read(from source: some RandomAccess) throws(ReadError) -> ClipEnd? {
        var reader = SourceReader(source)
        return try find(in: &reader)?.end
    }

    /// The end record and where the `moov` it vouches for lies.
    static func find(
        in reader: inout SourceReader<some RandomAccess>
    ) throws(ReadError) -> (end: ClipEnd, movie: MovieMark, movieRange: Range<UInt64>)? {
        let size = UInt64(byteCount)
        guard reader.byteCount >= size else { return nil }
        let start = reader.byteCount - size
        let record = try reader.withBytes(at: start, count: byteCount) { bytes in
            try? read(try Box(bytes))
        }
        guard let (end, movie) = record ?? nil, UInt64(movie.byteCount) <= start else {
            return nil
        }
        return (end, movie, start - UInt64(movie.byteCount)..<start)
    }
}
