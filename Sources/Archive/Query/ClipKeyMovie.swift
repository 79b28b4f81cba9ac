import Glibc
import ISOBMFF
public import Platform

/// The key frames of a clip as a movie of its length, for who watches it many times as fast.
///
/// The movie is `header` and then stretches of the clip's own file: nothing of it is copied.
public struct ClipKeyMovie: Hashable, Sendable {
    /// Pictures closer to each other than this, in nanoseconds, are left out: nobody sees 50 a second.
    static let leastDistance: Int64 = 500_000_000

    /// `ftyp`, `moov` and the header of `mdat`.
    public var header: [UInt8]
    /// Where in the clip's file the pictures lie, in their order, in bytes.
    public var pictures: [Range<Int64>]
}

extension ClipKeyMovie {
    /// Reads a clip's tables, or the headers of its fragments so far if it is open.
    ///
    /// Blocks while the disk is read. The descriptor stays the caller's.
    ///
    /// - Parameter path: the clip's, for errors.
    /// - Returns: nil if there is no whole key frame.
    /// - Throws: `SystemError` if the disk fails; `EILSEQ` if the file is no clip.
    public static func read(
        _ file: OpenedFile, path: String
    ) throws(SystemError) -> ClipKeyMovie? {
        let descriptor = dup(file.descriptor)
        guard descriptor >= 0 else { throw SystemError(call: "dup", subject: path) }
        let samples = try DiskBytes(adopting: descriptor, size: file.size, path: path).samples()
        guard let track = samples.tracks.first(where: { $0.description.isPrimary }) else {
            return nil
        }
        let keys = thinned(track.samples.filter(\.isSync), timescale: track.description.timescale)
        guard !keys.isEmpty else { return nil }
        do throws(FormatError) {
            return ClipKeyMovie(
                header: try movie(of: keys, track, in: samples).header(),
                pictures: keys.map { Int64($0.offset)..<Int64($0.offset) + Int64($0.size) })
        } catch { throw SystemError(call: "read", subject: path, code: EILSEQ) }
    }

    /// Key frames that are far enough from each other to be worth the decoding.
    private static func thinned(_ keys: [PlacedSample], timescale: UInt32) -> [PlacedSample] {
        let distance = UInt64(
            Ticks.convert(leastDistance, from: 1_000_000_000, to: timescale))
        var kept: [PlacedSample] = []
        for key in keys where kept.last.map({ key.decodeTime >= $0.decodeTime &+ distance }) ?? true
        {
            kept.append(key)
        }
        return kept
    }

    /// Each picture is shown until the next one, the last one until the clip's end.
    private static func movie(
        of keys: [PlacedSample], _ track: ClipSamples.Track, in samples: ClipSamples
    ) throws(FormatError) -> JoinedMovie {
        var movie = JoinedMovie()
        movie.startUTC = samples.segment.header.startUTC
        let index = movie.addTrack(like: track.description, in: samples.segment)
        let entry = try movie.entry(of: track.description, in: samples.segment, for: index)
        for (number, key) in keys.enumerated() {
            let end = number + 1 < keys.count ? keys[number + 1].decodeTime : track.endTime
            let run = TrackRun(
                trackID: UInt32(index + 1), baseDecodeTime: key.decodeTime,
                samples: [
                    TrackSample(
                        duration: UInt32(
                            clamping: min(
                                max(end &- key.decodeTime, 1), JoinedMovie.longestDuration)),
                        size: key.size, compositionOffset: key.compositionOffset, isSync: true)
                ], dataOffset: 0)
            movie.append(run, to: index, entry: entry)
        }
        return movie
    }
}
