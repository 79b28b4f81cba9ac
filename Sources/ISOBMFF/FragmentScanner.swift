/// A fragment found in a file.
struct ScannedFragment: Hashable {
    /// From the first byte to behind the checksum box, or behind the `mdat` where there is none.
    var range: Range<UInt64>
    var sequence: UInt32
    /// Data offsets count from the fragment's first byte.
    var runs: [TrackRun]
    /// Arrival of the first primary sample as `prft` tells it.
    var wallNanoseconds: Int64?
    /// What is wrong with its contents; nil if they are whole, or were not to be checked.
    var damage: String?
    /// The checksum box that the crash kept from the disk; nil if it is there.
    var missingSeal: FragmentSeal?
}

/// Why no more fragments follow.
enum ScanEnd: Hashable, CustomStringConvertible {
    /// The file ends with a whole fragment.
    case file
    /// A fragment begins and the file ends before it does.
    case torn
    /// Zeros follow, as a file system leaves them after a power cut.
    case zeros
    /// Something else follows.
    case other(FormatError)

    /// What follows the fragments.
    var description: String {
        switch self {
        case .file: "nothing"
        case .torn: "a torn fragment"
        case .zeros: "zeros"
        case .other(let error): error.description
        }
    }
}

/// Finds the fragments of a clip one after the other, in constant memory.
struct FragmentScanner<Source: RandomAccess> {
    enum Step: Hashable {
        case fragment(ScannedFragment)
        case end(ScanEnd)
    }

    /// A `moof` of the most samples it may have is smaller than this.
    private static var maximumMovieFragmentByteCount: UInt64 { 2 << 20 }

    private(set) var reader: SourceReader<Source>
    private let tracks: [TrackDescription]
    private let verifyFrom: UInt64
    /// Where the fragments end at the latest.
    private let limit: UInt64
    /// Where the next fragment is expected.
    private(set) var position: UInt64

    /// A scanner of the fragments between `position` and `limit`.
    init(
        _ reader: SourceReader<Source>, tracks: [TrackDescription], from position: UInt64,
        to limit: UInt64, verifyFrom: UInt64
    ) {
        self.reader = reader
        self.tracks = tracks
        self.position = position
        self.limit = min(limit, reader.byteCount)
        self.verifyFrom = verifyFrom
    }

    /// Moves on to the next place where a whole fragment begins, past what is none.
    ///
    /// - Returns: whether there is one; the position then is its first byte.
    mutating func resynchronize() throws(ReadError) -> Bool {
        // A hostile file could offer any number of beginnings, each of them long.
        for _ in 0..<32 {
            guard let start = try nextBeginning(after: position) else { return false }
            position = start
            if case .success(let fragment) = try parse(at: start), fragment.damage == nil,
                fragment.missingSeal == nil
            {
                return true
            }
        }
        return false
    }

    /// Where the next `prft` begins behind `start`.
    private mutating func nextBeginning(after start: UInt64) throws(ReadError) -> UInt64? {
        var from = start + 1
        // Pieces overlap, so that a beginning may lie across two of them.
        let overlap = UInt64(7)
        while from < limit, limit - from > overlap {
            let count = Int(min(limit - from, UInt64(SourceReader<Source>.pieceByteCount)))
            let found = try reader.withBytes(at: from, count: count) { bytes in
                FragmentHeader.firstBeginning(in: bytes)
            }
            guard let found else { return nil }
            if let found { return from + UInt64(found) }
            from += UInt64(count) - overlap
        }
        return nil
    }

    /// Returns the next fragment, or why there is none; the position then stays.
    mutating func next() throws(ReadError) -> Step {
        guard position < limit else { return .end(.file) }
        switch try parse(at: position) {
        case .success(let fragment):
            position = fragment.range.upperBound
            return .fragment(fragment)
        case .failure(let end):
            return .end(end)
        }
    }

    private enum Parsed {
        case success(ScannedFragment)
        case failure(ScanEnd)
    }

    private mutating func parse(at start: UInt64) throws(ReadError) -> Parsed {
        var wall: Int64?
        var moofStart = start
        let first: Range<UInt64>
        switch try box(at: start) {
        case .failure(let end): return .failure(end)
        case .success(let box):
            first = box.range
            guard box.type == "prft" else { break }
            guard first.upperBound - first.lowerBound <= 64 else {
                return .failure(.other(.invalid("prft", "more bytes than its fields")))
            }
            wall = try producerReferenceTime(in: first)
            moofStart = first.upperBound
        }
        let moof: Range<UInt64>
        switch try box(at: moofStart, expected: "moof") {
        case .failure(let end): return .failure(end)
        case .success(let box): moof = box.range
        }
        let size = moof.upperBound - moof.lowerBound
        guard size <= Self.maximumMovieFragmentByteCount else {
            return .failure(.other(.tooLarge("a moof of \(size) bytes")))
        }
        let parsed = try reader.withBytes(at: moof.lowerBound, count: Int(size)) {
            [tracks] bytes -> Result<MovieFragment, FormatError> in
            do throws(FormatError) {
                return .success(try MovieFragment(bytes, tracks: tracks))
            } catch { return .failure(error) }
        }
        let movie: MovieFragment
        switch parsed {
        case .success(let fragment): movie = fragment
        case .failure(let error): return .failure(.other(error))
        case nil: return .failure(.torn)
        }
        switch try box(at: moof.upperBound, expected: "mdat") {
        case .failure(let end): return .failure(end)
        case .success(let mdat):
            let shift = moof.lowerBound - start
            var fragment = ScannedFragment(
                range: start..<mdat.range.upperBound, sequence: movie.sequence, runs: movie.runs,
                wallNanoseconds: wall)
            for index in fragment.runs.indices {
                // At most 2 MiB and 64 bytes, so that nothing can overflow.
                fragment.runs[index].dataOffset += Int(shift)
            }
            let body = (mdat.body - start)..<(mdat.range.upperBound - start)
            guard fragment.runs.allSatisfy({ $0.lies(in: body) }),
                movie.runs.reduce(0, { $0 &+ $1.byteCount }) <= body.upperBound - body.lowerBound
            else { return .failure(.other(.invalid("trun", "samples outside the mdat"))) }
            try check(&fragment)
            return .success(fragment)
        }
    }

    private enum Found {
        case success((type: FourCC, range: Range<UInt64>, body: UInt64))
        case failure(ScanEnd)
    }

    /// Reads the header of the box at `offset`, all of which must lie before the limit.
    private mutating func box(
        at offset: UInt64, expected: FourCC? = nil
    ) throws(ReadError) -> Found {
        guard limit - offset >= 8 else { return .failure(.torn) }
        let count = Int(min(16, limit - offset))
        let header = try reader.withBytes(at: offset, count: count) { bytes in
            Result { () throws(FormatError) in try BoxHeader(bytes) }
        }
        switch header {
        case nil: return .failure(.torn)
        case .failure(let error): return .failure(.other(error))
        case .success(let header):
            if header.byteCount == nil, header.type.rawValue == 0 { return .failure(.zeros) }
            let isExpected =
                expected.map { header.type == $0 }
                ?? (header.type == "prft" || header.type == "moof")
            guard isExpected else {
                let wanted = expected ?? "moof"
                return .failure(
                    .other(.invalid(header.type, "it stands where '\(wanted)' belongs")))
            }
            guard let size = header.byteCount else {
                return .failure(.other(.invalid(header.type, "it has no size")))
            }
            guard size <= limit - offset else { return .failure(.torn) }
            return .success(
                (header.type, offset..<offset + size, offset + UInt64(header.headerByteCount)))
        }
    }

    private mutating func producerReferenceTime(
        in range: Range<UInt64>
    ) throws(ReadError) -> Int64? {
        let count = Int(range.upperBound - range.lowerBound)
        return try reader.withBytes(at: range.lowerBound, count: count) { bytes -> Int64? in
            guard bytes.count >= 24 else { return nil }
            let time = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            return NTPTime(rawValue: UInt64(bigEndian: time)).nanoseconds
        } ?? nil
    }

    /// Takes the checksum box into the fragment if it is there, and checks the contents.
    private mutating func check(_ fragment: inout ScannedFragment) throws(ReadError) {
        let covered = fragment.range
        let size = UInt64(FragmentSeal.byteCount)
        guard limit - covered.upperBound >= size else {
            return try checkUnsealed(&fragment)
        }
        let found = try reader.withBytes(
            at: covered.upperBound, count: FragmentSeal.byteCount, FragmentSeal.init)
        guard let seal = found ?? nil else {
            fragment.damage = "no checksum box follows it"
            return
        }
        fragment.range = covered.lowerBound..<covered.upperBound + size
        guard fragment.range.upperBound > verifyFrom else { return }
        let checksum = try reader.checksum(from: covered.lowerBound, to: covered.upperBound)
        let isWhole =
            seal.sequence == fragment.sequence && seal.checksum == checksum
            && UInt64(seal.length) == covered.upperBound - covered.lowerBound
        if !isWhole { fragment.damage = "the checksum differs from the bytes" }
    }

    /// Judges a fragment after which the file ends before its checksum box does.
    private mutating func checkUnsealed(
        _ fragment: inout ScannedFragment
    ) throws(ReadError) {
        let range = fragment.range
        guard let checksum = try reader.checksum(from: range.lowerBound, to: range.upperBound)
        else { return }
        let seal = FragmentSeal(
            sequence: fragment.sequence,
            length: UInt32(clamping: range.upperBound - range.lowerBound), checksum: checksum)
        fragment.missingSeal = seal
        let count = Int(limit - range.upperBound)
        let isBegun = try reader.withBytes(at: range.upperBound, count: count) { bytes in
            bytes.elementsEqual(seal.bytes.prefix(count))
        }
        if isBegun == true {
            try checkChains(&fragment)
        } else {
            fragment.damage = "what follows is no part of its checksum box"
        }
    }

    private mutating func checkChains(_ fragment: inout ScannedFragment) throws(ReadError) {
        for run in fragment.runs {
            guard let track = tracks.first(where: { $0.id == run.trackID }),
                let chain = NALChain(codec: track.codec)
            else { continue }
            var offset = fragment.range.lowerBound + UInt64(run.dataOffset)
            for sample in run.samples {
                guard try chain.holds(in: &reader, at: offset, size: sample.size) else {
                    fragment.damage = "it has no checksum, and a sample is no chain of NAL units"
                    return
                }
                offset += UInt64(sample.size)
            }
        }
    }
}

extension TrackRun {
    /// Whether all samples lie in `range`, both counted from the same byte.
    fileprivate func lies(in range: Range<UInt64>) -> Bool {
        guard dataOffset >= 0, UInt64(dataOffset) >= range.lowerBound else { return false }
        let (end, overflow) = UInt64(dataOffset).addingReportingOverflow(byteCount)
        return !overflow && end <= range.upperBound
    }
}
