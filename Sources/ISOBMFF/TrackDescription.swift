/// What a reader or writer of fragments must know of a track.
public struct TrackDescription: Hashable, Sendable {
    /// The track's number in the file, from 1 (`track_ID`).
    public var id: UInt32
    /// Ticks per second of the track's decode times and durations; at least 1.
    public var timescale: UInt32
    /// Whether this track, the video, decides where clips and fragments begin.
    public var isPrimary: Bool
    /// `vide`, `soun` or another handler type (ISO/IEC 14496-12 8.4.3).
    public var handler: FourCC
    /// The type of the sample entry: `avc1`, `hvc1`, `mp4a` and so on.
    public var codec: FourCC
    /// Width of the picture in samples of luma; 0 in a track without pictures.
    public var width: UInt16
    /// Height of the picture in samples of luma; 0 in a track without pictures.
    public var height: UInt16
    /// Sampling rate of sound in Hz; 0 in a track without sound.
    public var sampleRate: UInt32
    /// Channels of sound; 0 in a track without sound.
    public var channels: UInt16
    /// What a movie fragment means when it leaves a field out.
    var defaults = FragmentDefaults()

    /// Describes a track; what the sample entry says may be left out where it is not needed.
    public init(
        id: UInt32, timescale: UInt32, isPrimary: Bool, handler: FourCC = "vide",
        codec: FourCC = "avc1", width: UInt16 = 0, height: UInt16 = 0, sampleRate: UInt32 = 0,
        channels: UInt16 = 0
    ) {
        self.id = id
        self.timescale = max(timescale, 1)
        self.isPrimary = isPrimary
        self.handler = handler
        self.codec = codec
        self.width = width
        self.height = height
        self.sampleRate = sampleRate
        self.channels = channels
    }
}

/// ISO/IEC 14496-12 8.8.3, Track Extends Box: what fragments leave out.
struct FragmentDefaults: Hashable, Sendable {
    var duration: UInt32 = 0
    var size: UInt32 = 0
    var flags: UInt32 = 0
}
