internal import ISOBMFF
internal import Platform

/// One camera's frames on their way to those who watch, a fragment for each.
///
/// Lives on the camera's thread and outlives its sessions. While nobody watches only the running GOP
/// is kept, so that the first viewer begins at once.
/// The time of a fragment is that of the session's line, moved to where the clock that never steps
/// saw the session's first frame, so that time goes on from one session to the next.
final class LiveFeed {
    /// Sound waits for a picture at most this long, in seconds.
    private static let soundPatience = 0.1

    private let sink: any LiveSink
    private var header = LiveHeader(bytes: [], codecs: nil)
    private var audioTimescale: Int64?
    private var gop = RunningGOP()
    /// Exists while somebody watches, from the first picture on that could be decoded.
    private var builder: FragmentBuilder?
    /// What is added to times of the session's line, in video ticks.
    private var shift: Int64?
    /// Where the last picture ended, in video ticks after the shift.
    private var end: Int64 = 0

    init(sink: any LiveSink) { self.sink = sink }

    /// Takes another description of the tracks; the next picture must be a key frame.
    func describe(_ header: LiveHeader, audioTimescale: Int64?) {
        self.header = header
        self.audioTimescale = audioTimescale
        gop.clear()
        builder = nil
    }

    /// Takes a picture right after `VideoTrack.sampleSize(of:)` was asked for its bytes; the first
    /// viewer is shown all of its GOP.
    func append(_ picture: RunningGOP.Picture, of video: inout VideoTrack) {
        gop.append(picture)
        guard sink.isWatched else {
            builder = nil
            return
        }
        if builder != nil { return show(picture, of: video) }
        let pictures = picture.frame.isKey ? [picture] : gop.pictures
        guard let first = pictures.first else { return }
        begin(at: first.frame)
        for each in pictures {
            _ = video.sampleSize(of: each.frame.packet.bytes)
            show(each, of: video)
        }
    }

    /// Takes a piece of sound whose duration is known, in ticks of the sound's timescale.
    func appendSound(dts: Int64, duration: Int64, bytes: UnsafeRawBufferPointer, wall: WallTime) {
        guard builder != nil, let audioTimescale, let shift else { return }
        let time = dts + rescale(shift, from: MovieHeader.videoTimescale, to: audioTimescale)
        guard time >= 0 else { return }
        builder?.append(
            track: ClipWriter.audioTrack, decodeTime: UInt64(time),
            sample: TrackSample(
                duration: UInt32(clamping: duration), size: UInt32(clamping: bytes.count),
                isSync: true),
            wallNanoseconds: wall.nanoseconds, bytes: bytes)
        if (builder?.pendingDuration ?? .zero).seconds >= Self.soundPatience { flush() }
    }

    /// Ends the session; the next one's first picture must be a key frame.
    func endSession() {
        if builder != nil || sink.isWatched { sink.end() }
        gop.clear()
        builder = nil
        shift = nil
    }

    private func begin(at frame: ClipSequence.Frame) {
        if shift == nil {
            let arrival = rescale(
                frame.arrival.nanoseconds, from: 1_000_000_000, to: MovieHeader.videoTimescale)
            shift = max(arrival, end) - frame.dts
        }
        var tracks = [
            TrackDescription(
                id: ClipWriter.videoTrack, timescale: UInt32(MovieHeader.videoTimescale),
                isPrimary: true)
        ]
        if let audioTimescale {
            tracks.append(
                TrackDescription(
                    id: ClipWriter.audioTrack, timescale: UInt32(audioTimescale), isPrimary: false))
        }
        builder = FragmentBuilder(tracks: tracks)
        sink.begin(header)
    }

    private func show(_ picture: RunningGOP.Picture, of video: borrowing VideoTrack) {
        let frame = picture.frame
        let bytes = frame.packet.bytes
        let time = frame.dts + (shift ?? 0)
        builder?.append(
            track: ClipWriter.videoTrack, decodeTime: UInt64(clamping: time),
            sample: TrackSample(
                duration: UInt32(clamping: picture.duration), size: UInt32(clamping: picture.size),
                compositionOffset: Int32(clamping: frame.compositionOffset), isSync: frame.isKey),
            wallNanoseconds: frame.wall.nanoseconds
        ) { video.write(bytes, to: $0) }
        end = time + picture.duration
        flush()
    }

    private func flush() {
        if let fragment = builder?.flush() { sink.append(fragment) }
    }
}
