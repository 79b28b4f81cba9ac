internal import AVRemux

/// Where a session is in its media: an endless walk over its frames.
///
/// Positions are ticks of 1/90000 s since the start of the session, over all loops; a stream's RTP
/// time is derived from them afresh in every loop, so that no rounding adds up.
struct Playback {
    private(set) var media: PacketizedMedia
    private(set) var index: Int
    /// The position at which the present loop of the present media began.
    private var loopStart: Int64 = 0

    /// Starts at the first frame, or in the middle of the first GOP.
    init(_ media: PacketizedMedia, start: FakeCameraServer.StartPosition) {
        self.media = media
        index = 0
        guard start == .midGOP else { return }
        let keys = media.frames.indices.filter { isVideo($0) && media.frames[$0].isKey }
        let first = keys.first ?? 0
        let end = keys.dropFirst().first ?? media.frames.count
        index = (first + (end - first) / 2..<end).first { isVideo($0) } ?? 0
        loopStart = -media.frames[index].dueTicks
    }

    /// The next frame.
    var frame: PacketizedMedia.Frame { media.frames[index] }

    /// The position at which the next frame is due.
    var due: Int64 { loopStart + frame.dueTicks }

    /// The RTP time of the next frame since the start of the session, in its stream's ticks.
    var timestamp: Int64 {
        let rate = Int64(media.streams[frame.stream].clockRate)
        return loopStart * rate / 90_000 + frame.timestamp
    }

    /// Goes on to the frame behind the next one; behind the last one comes the first again.
    mutating func advance() {
        index += 1
        guard index == media.frames.count else { return }
        index = 0
        loopStart += media.durationTicks
    }

    /// Goes over to other media, whose first frame becomes due when the next one would have been.
    mutating func go(to other: PacketizedMedia) {
        loopStart = due - (other.frames.first?.dueTicks ?? 0)
        media = other
        index = 0
    }

    private func isVideo(_ index: Int) -> Bool {
        media.streams[media.frames[index].stream].kind == .video
    }
}
