/// All samples of a clip in either state, as an export needs them.
///
/// A final clip's come from its `moov`; an open clip's, or those of one whose `moov` is damaged,
/// from the headers of its whole fragments. About 32 bytes of memory per sample.
public struct ClipSamples: Sendable {
    /// One track of the clip.
    public struct Track: Sendable {
        /// What the track is.
        public let description: TrackDescription
        /// The samples in decoding order.
        public let samples: [PlacedSample]
        /// Decode time of the end of the last sample, in ticks.
        public let endTime: UInt64
    }

    /// The clip's init segment.
    public let segment: InitSegment
    /// Whether the clip is open or final.
    public let state: ClipState
    /// How the clip ended; of an open clip, what its last whole fragment says of the end so far.
    public let end: ClipEnd
    /// The tracks in the order of the init segment.
    public let tracks: [Track]

    /// Reads the samples' places and times, and none of their bytes.
    ///
    /// - Throws: `ClipReadError` if the disk fails or the file is no clip.
    public init(of source: some RandomAccess) throws(ClipReadError) {
        var reader = SourceReader(source)
        switch try InitSegment.found(in: &reader) {
        case .failure(let error): throw .format(error)
        case .segment(let segment, let box):
            self.segment = segment
            state = box.state(of: segment) ?? .open
            do throws(ReadError) {
                if state == .final, let found = try Self.index(in: &reader, of: segment) {
                    (end, tracks) = found
                } else {
                    (end, tracks) = try Self.scan(&reader, segment)
                }
            } catch { throw .read(error) }
        }
    }

    /// The end and the tracks that the fragments tell of.
    private static func scan(
        _ reader: inout SourceReader<some RandomAccess>, _ segment: InitSegment
    ) throws(ReadError) -> (ClipEnd, [Track]) {
        var contents = ClipContents(segment)
        try contents.scan(&reader, to: reader.byteCount, verifyFrom: .max)
        let tracks = contents.tables.tracks.map {
            Track(description: $0.track, samples: $0.samples, endTime: $0.endTime)
        }
        return (contents.endRecord(header: segment.header), tracks)
    }

    /// The end record and the tracks of a final clip; nil if either is damaged.
    private static func index(
        in reader: inout SourceReader<some RandomAccess>, of segment: InitSegment
    ) throws(ReadError) -> (ClipEnd, [Track])? {
        guard let found = try ClipEnd.find(in: &reader) else { return nil }
        let range = found.movieRange
        guard range.upperBound - range.lowerBound <= MovieWriter.maximumByteCount else {
            return nil
        }
        let size = reader.byteCount
        let count = Int(range.upperBound - range.lowerBound)
        let movie = try reader.withBytes(at: range.lowerBound, count: count) { bytes in
            MovieMark(bytes) == found.movie
                ? try? MovieSamples.read(moov: bytes, fileByteCount: size) : nil
        }
        guard let movie = movie ?? nil else { return nil }
        let tracks = segment.tracks.compactMap { track in
            movie.first { $0.trackID == track.id }.map { samples in
                Track(
                    description: track, samples: samples.samples,
                    endTime: (samples.samples.first?.decodeTime ?? 0) &+ samples.duration)
            }
        }
        return tracks.count == segment.tracks.count ? (found.end, tracks) : nil
    }
}
