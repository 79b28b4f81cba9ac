internal import ISOBMFF
internal import Platform

/// One open clip: cuts samples into fragments and hands them to the sink.
///
/// Lives on the camera's thread. When the sink has no room, fragments are dropped to the next key
/// frame, because a GOP without its beginning cannot be decoded.
final class ClipWriter {
    /// A fragment is at most this long, so that a crash costs at most this much.
    static let fragmentDuration = MovieHeader.videoTimescale
    /// A key frame begins a fragment if the one before has at least this length.
    static let shortestFragment = MovieHeader.videoTimescale / 2
    static let videoTrack: UInt32 = 1
    static let audioTrack: UInt32 = 2

    private let sink: any ClipSink
    private let token: ClipToken
    private var builder: FragmentBuilder
    private let audioTimescale: Int64?
    private var fragmentStart: Int64?
    private var framesInFragment = 0
    /// Decoding time of the clip's first sample on the session's line, in video ticks.
    let base: Int64
    /// When the clip began.
    let start: WallTime
    /// The wall clock minus the monotonic one when the clip began.
    let clockDifference: Int64
    private(set) var byteCount: UInt64 = 0
    /// Whether samples are dropped until the next key frame.
    private(set) var isShedding = false
    /// Whether the sink has little room left for the clip.
    private(set) var isCrowded = false
    /// Whether the sink takes nothing more, ever.
    private(set) var isClosed = false
    /// Video frames that were dropped since this was last set to zero.
    var droppedFrames = DroppedFrames()

    /// Begins a clip at a key frame.
    ///
    /// - Parameters:
    ///   - base: the key frame's decoding time on the session's line, in video ticks.
    ///   - audioTimescale: ticks per second of the sound; nil without sound.
    init(
        sink: any ClipSink, start: ClipStart, base: Int64, audioTimescale: Int64?,
        sizes: FragmentSizes
    ) {
        self.sink = sink
        self.base = base
        self.start = start.start
        self.audioTimescale = audioTimescale
        clockDifference = start.start.nanoseconds - start.startMonotonic.nanoseconds
        var tracks = [
            TrackDescription(
                id: Self.videoTrack, timescale: UInt32(MovieHeader.videoTimescale), isPrimary: true)
        ]
        if let audioTimescale {
            tracks.append(
                TrackDescription(
                    id: Self.audioTrack, timescale: UInt32(audioTimescale), isPrimary: false))
        }
        builder = FragmentBuilder(tracks: tracks, sizes: sizes)
        token = sink.begin(start)
    }

    /// How much memory the clip's fragments took, for the next clip.
    var expectedSizes: FragmentSizes { builder.expectedSizes }

    /// Whether the clip has a track for sound.
    var hasAudio: Bool { audioTimescale != nil }

    /// Appends a frame.
    ///
    /// - Parameters:
    ///   - dts: decoding time on the session's line in video ticks, at least `base`.
    ///   - fill: writes the sample's bytes.
    func appendVideo(
        dts: Int64, duration: Int64, compositionOffset: Int64, isKey: Bool, size: Int,
        wall: WallTime, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        if let fragmentStart, dts - fragmentStart + duration > Self.fragmentDuration { flush() }
        if isShedding {
            guard isKey, !isClosed else {
                drop(1)
                return
            }
            isShedding = false
        }
        if fragmentStart == nil { fragmentStart = dts }
        framesInFragment += 1
        let sample = TrackSample(
            duration: UInt32(clamping: duration), size: UInt32(clamping: size),
            compositionOffset: Int32(clamping: compositionOffset), isSync: isKey)
        builder.append(
            track: Self.videoTrack, decodeTime: UInt64(clamping: dts - base), sample: sample,
            wallNanoseconds: wall.nanoseconds, fill: fill)
        byteCount += UInt64(size)
    }

    /// Appends a piece of sound; what lies before the clip's first frame is left out.
    func appendAudio(dts: Int64, duration: Int64, bytes: UnsafeRawBufferPointer, wall: WallTime) {
        guard let audioTimescale, !isShedding else { return }
        let decodeTime =
            dts - rescale(base, from: MovieHeader.videoTimescale, to: audioTimescale)
        guard decodeTime >= 0 else { return }
        let sample = TrackSample(
            duration: UInt32(clamping: duration), size: UInt32(clamping: bytes.count),
            compositionOffset: 0, isSync: true)
        builder.append(
            track: Self.audioTrack, decodeTime: UInt64(decodeTime), sample: sample,
            wallNanoseconds: wall.nanoseconds, bytes: bytes)
        byteCount += UInt64(bytes.count)
    }

    /// Ends the fragment before a key frame, so that the next one begins with it.
    func endFragment(beforeKeyFrameAt dts: Int64) {
        if let fragmentStart, dts - fragmentStart >= Self.shortestFragment { flush() }
    }

    /// Hands what is pending to the sink as one fragment.
    func flush() {
        fragmentStart = nil
        defer { framesInFragment = 0 }
        guard let fragment = builder.flush() else { return }
        switch isShedding ? .noRoom : sink.append(fragment, to: token) {
        case .taken: return
        case .takenAsRoomEnds:
            isCrowded = true
            return
        case .noRoom: break
        case .closed: isClosed = true
        }
        isShedding = true
        drop(framesInFragment)
    }

    private func drop(_ frames: Int) {
        if isClosed { droppedFrames.refused += frames } else { droppedFrames.late += frames }
    }

    /// Ends the clip with everything that was appended.
    func finish(_ finish: ClipFinish) {
        flush()
        sink.end(token, finish)
    }
}

/// Video frames that reached the sink and no clip.
struct DroppedFrames: Equatable {
    /// For want of room, because the disk is slow.
    var late = 0
    /// Because the sink took nothing any more.
    var refused = 0

    static func + (a: Self, b: Self) -> Self {
        Self(late: a.late + b.late, refused: a.refused + b.refused)
    }
}
