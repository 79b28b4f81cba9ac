/// What a scan found between the init segment of a clip and the end of its fragments.
struct ClipContents {
    /// A fragment that is there but not whole.
    struct Damage: Hashable {
        var offset: UInt64
        var text: String
    }

    /// The samples of the whole fragments.
    private(set) var tables: SampleTables
    /// The samples of all fragments, the damaged ones too.
    private(set) var allTables: SampleTables
    private(set) var damaged: [Damage] = []
    /// Where the last whole fragment ends.
    private(set) var endOffset: UInt64
    /// Where the scan ended, and why.
    private(set) var scanEnd: UInt64
    private(set) var end: ScanEnd = .file
    /// The checksum box that the last whole fragment lacks.
    private(set) var missingSeal: FragmentSeal?
    /// Arrival of the end of the last sample, as the last `prft` has it.
    private var endUTC: Int64?
    private let segment: InitSegment

    init(_ segment: InitSegment) {
        self.segment = segment
        tables = SampleTables(tracks: segment.tracks)
        allTables = tables
        endOffset = UInt64(segment.bytes.count)
        scanEnd = endOffset
    }

    /// Takes all fragments up to `limit`.
    ///
    /// A damaged fragment between whole ones is left out and what follows is kept: a bad sector
    /// costs what lies in it. Damaged ones at the end are the torn tail.
    mutating func scan<Source>(
        _ reader: inout SourceReader<Source>, to limit: UInt64, verifyFrom: UInt64
    ) throws(ReadError) {
        var scanner = FragmentScanner(
            reader, tracks: segment.tracks, from: endOffset, to: limit, verifyFrom: verifyFrom)
        scanning: while true {
            switch try scanner.next() {
            case .fragment(let fragment): take(fragment)
            case .end(let reason):
                end = reason
                scanEnd = scanner.position
                guard reason != .file, try scanner.resynchronize() else { break scanning }
                let lost = scanner.position - scanEnd
                damaged.append(
                    Damage(offset: scanEnd, text: "\(lost) bytes are no fragment: \(reason)"))
            }
        }
    }

    private mutating func take(_ fragment: ScannedFragment) {
        let offset = fragment.range.lowerBound
        do throws(FormatError) {
            if let damage = fragment.damage {
                damaged.append(Damage(offset: offset, text: damage))
            } else {
                try tables.append(runs: fragment.runs, at: offset)
                endOffset = fragment.range.upperBound
                missingSeal = fragment.missingSeal
                endUTC = end(of: fragment)
            }
        } catch {
            damaged.append(Damage(offset: offset, text: error.description))
        }
        // A damaged fragment whose times fit nowhere is named already.
        try? allTables.append(runs: fragment.runs, at: offset)
    }

    private func end(of fragment: ScannedFragment) -> Int64? {
        let primary = tables.tracks.first { $0.track.isPrimary }?.track
        guard let run = fragment.runs.first(where: { $0.trackID == primary?.id }),
            let wall = fragment.wallNanoseconds, let primary
        else { return endUTC }
        let duration = nanoseconds(run.duration, timescale: primary.timescale)
        return wall.addingReportingOverflow(Int64(clamping: duration)).partialValue
    }

    /// The end record of a clip whose recorder did not live to write one.
    ///
    /// The times are what media time and the last arrival time say.
    func endRecord(header: ClipHeader) -> ClipEnd {
        let duration = Int64(clamping: tables.durationNanoseconds)
        return ClipEnd(
            tables: tables,
            endUTC: endUTC ?? header.startUTC.addingReportingOverflow(duration).partialValue,
            endMonotonic: header.startMonotonic.addingReportingOverflow(duration).partialValue,
            reason: .recovered)
    }
}
