internal import Platform
import Synchronization

/// What a camera's frames are besides recorded: watched, and the last key frame kept for stills.
///
/// Lives on the camera's thread, with one look at each frame on its way into a clip.
struct FrameTap {
    /// A longer key frame is not kept.
    static let longestKeyFrame = 4 << 20

    let live: LiveFeed?
    let shared: SharedStatus

    /// Takes a frame that is on its way into a clip, with its duration in video ticks.
    func take(
        _ frame: ClipSequence.Frame, duration: Int64, size: Int, of video: borrowing VideoTrack
    ) {
        if frame.isKey, size <= Self.longestKeyFrame,
            let key = KeyFrame(frame.packet, of: video.parameters, wall: frame.wall)
        {
            // The one before is given back outside the lock.
            let old = shared.keyFrame.withLock { kept in
                defer { kept = key }
                return kept
            }
            _ = consume old
        }
        guard let live else { return }
        let bytes = frame.packet.bytes
        live.append(frame, duration: duration, size: size) { video.write(bytes, to: $0) }
    }
}
