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
}

/// Why no more fragments follow.
enum ScanEnd: Hashable {
    /// The file ends with a whole fragment.
    case file
    /// A fragment begins and the file ends before it does.
    case torn
    /// Zeros follow, as a file system leaves them after a power cut.
    case zeros
    /// Something else follows.
    case other(FormatError)
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
        var seal: FragmentSeal?
        if limit - covered.upperBound >= UInt64(FragmentSeal.byteCount) {
            seal =
                try reader.withBytes(
                    at: covered.upperBound, count: FragmentSeal.byteCount, FragmentSeal.init)
                ?? nil
        }
        if let seal {
            fragment.range =
                covered.lowerBound..<covered.upperBound + UInt64(FragmentSeal.byteCount)
            guard fragment.range.upperBound > verifyFrom else { return }
            let checksum = try reader.checksum(from: covered.lowerBound, to: covered.upperBound)
            let isWhole =
                seal.sequence == fragment.sequence && seal.checksum == checksum
                && UInt64(seal.length) == covered.upperBound - covered.lowerBound
            if !isWhole { fragment.damage = "the checksum differs from the bytes" }
        } else if covered.upperBound > verifyFrom {
            try checkChains(&fragment)
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
