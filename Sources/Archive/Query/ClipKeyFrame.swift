import Glibc
import ISOBMFF
public import Platform

/// A picture of a clip that can be decoded by itself, with what a decoder must know.
public struct ClipKeyFrame: Hashable, Sendable {
    /// Tells the picture from every other of the volume.
    public var identity: String
    /// The type of the sample entry: `avc1`, `hvc1`, `mp4v`.
    public var sampleEntry: String
    /// The body of its `avcC` or `hvcC` box.
    public var setup: [UInt8]
    /// The sample.
    public var bytes: [UInt8]
    /// When it arrived.
    public var wall: WallTime
}

extension ClipKeyFrame {
    /// Reads the last key frame of a clip that is shown at or before a time, or the first one.
    ///
    /// Blocks while the disk is read: the clip's tables, or the headers of its fragments so far if it
    /// is open, and one sample.
    ///
    /// - Parameters:
    ///   - file: from `VolumeReader.open`; closed when this returns.
    ///   - path: the clip's, for `identity` and errors.
    /// - Returns: nil if there is no whole key frame.
    /// - Throws: `SystemError` if the disk fails; `EILSEQ` if the file is no clip.
    public static func read(
        _ file: OpenedFile, path: String, at time: WallTime
    ) throws(SystemError) -> ClipKeyFrame? {
        let source = DiskBytes(adopting: file.descriptor, size: file.size, path: path)
        let samples = try source.samples()
        let entries: [SampleEntry]
        do throws(FormatError) { entries = try SampleEntry.all(in: samples.segment.bytes) } catch {
            throw SystemError(call: "read", subject: path, code: EILSEQ)
        }
        guard let index = samples.tracks.firstIndex(where: { $0.description.isPrimary }),
            entries.indices.contains(index)
        else { return nil }
        let stretch = ClipStretch(samples, path: path)
        let scale = samples.tracks[index].description.timescale
        func wall(_ sample: PlacedSample) -> WallTime {
            let ticks = Int64(clamping: sample.decodeTime) + Int64(sample.compositionOffset)
            return stretch.wall(ofMedia: Ticks.convert(ticks, from: scale, to: 1_000_000_000))
        }
        let keys = samples.tracks[index].samples.filter(\.isSync)
        guard let key = keys.last(where: { wall($0) <= time }) ?? keys.first else { return nil }
        let bytes = try source.disk.read(
            source.file, at: Int64(clamping: key.offset), count: Int(key.size))
        guard bytes.count == Int(key.size) else { return nil }
        return ClipKeyFrame(
            identity: "\(path)@\(key.offset)", sampleEntry: entries[index].type.description,
            setup: entries[index].setup, bytes: bytes, wall: wall(key))
    }
}

/// A clip's media time on the wall clock: a camera's crystal may be slow or fast.
private struct ClipStretch {
    let start: WallTime
    let media: Int64
    let length: Int64

    init(_ samples: ClipSamples, path: String) {
        let clip = CatalogClip(
            path: path, header: samples.segment.header, state: samples.state, end: samples.end,
            byteCount: 0)
        start = clip.start
        media = max(clip.mediaLength, 1)
        length = ClipTimeline.length(of: clip)
    }

    func wall(ofMedia nanoseconds: Int64) -> WallTime {
        let stretched = Int128(nanoseconds) * Int128(length) / Int128(media)
        return start + .nanoseconds(Int64(clamping: stretched))
    }
}
