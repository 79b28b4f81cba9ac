internal import ISOBMFF
import Synchronization

/// What a camera's frames are besides recorded: watched, and the last key frame kept for stills.
///
/// Lives on the camera's thread, with one look at each frame on its way into a clip.
final class FrameTap {
    /// A longer key frame is not kept.
    static let longestKeyFrame = 4 << 20

    let live: LiveFeed?
    private let shared: SharedStatus
    private var header: [UInt8] = []

    init(live: LiveFeed?, shared: SharedStatus) {
        self.live = live
        self.shared = shared
    }

    /// Takes the description of the tracks with which a clip begins.
    func describe(_ header: [UInt8], audioTimescale: Int64?) {
        guard header != self.header else { return }
        self.header = header
        let names = ((try? SampleEntry.all(in: header)) ?? []).map(\.codecName)
        let isNamed = !names.isEmpty && names.allSatisfy { $0 != nil }
        let codecs = isNamed ? names.compactMap(\.self).joined(separator: ",") : nil
        shared.state.withLock { $0.codecs = codecs }
        live?.describe(
            LiveHeader(bytes: header, codecs: codecs), audioTimescale: audioTimescale)
    }

    /// Takes a frame that is on its way into a clip.
    func take(_ picture: RunningGOP.Picture, of video: inout VideoTrack) {
        let frame = picture.frame
        if frame.isKey, picture.size <= Self.longestKeyFrame,
            let key = KeyFrame(frame.packet, of: video.parameters, wall: frame.wall)
        {
            // The one before is given back outside the lock.
            let old = shared.keyFrame.withLock { kept in
                defer { kept = key }
                return kept
            }
            _ = consume old
        }
        live?.append(picture, of: &video)
    }
}
