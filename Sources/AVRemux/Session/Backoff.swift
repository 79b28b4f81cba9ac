internal import Platform
internal import RTSP

/// Decides how long to wait between two sessions with a camera.
///
/// The first retry comes within a second; then the wait doubles up to half a minute, with full
/// jitter so that the cameras of one switch do not come back in step. It never gives up. What a
/// camera says about itself overrides that: a refused password waits much longer, because many
/// cameras lock the address out after a few.
public struct Backoff: Sendable {
    /// Good video for this long makes the next failure a first one.
    public static let resetAfter = Duration.seconds(30)
    private var failures = 0
    private var refusals = 0

    /// No failure so far.
    public init() {}

    /// Returns how long to wait before the next session.
    ///
    /// - Parameters:
    ///   - end: why the last session ended.
    ///   - goodVideo: for how long it delivered video.
    ///   - sessionTimeout: how long the camera keeps a session that it thinks alive.
    ///   - random: a number from 0 up to but not including 1.
    public mutating func delay(
        after end: SessionEnd, goodVideo: Duration, sessionTimeout: Duration, random: Double
    ) -> Duration {
        if goodVideo >= Self.resetAfter {
            failures = 0
            refusals = 0
        }
        failures += 1
        if case .failed(let error) = end, let fixed = fixedDelay(after: error) { return fixed }
        refusals = 0
        guard failures > 1 else { return .seconds(0.4 + 0.5 * random) }
        let ceiling = min(30, 0.5 * Double(1 << min(failures, 10)))
        let jittered = max(1, ceiling * random)
        // Three short sessions in a row may have filled the camera's session table, which only
        // empties when it forgets them.
        let leftOver = failures == 4 && goodVideo > .zero ? min(sessionTimeout.seconds, 30) : 0
        return .seconds(max(jittered, leftOver))
    }

    private mutating func fixedDelay(after error: RTSPError) -> Duration? {
        switch error {
        case .unauthorized, .forbidden, .basicRefused:
            refusals += 1
            return [.seconds(60), .seconds(300), .seconds(1800)][min(refusals, 3) - 1]
        case .notFound, .redirectedElsewhere, .redirectLoop, .noVideo:
            return .seconds(30)
        case .tooManySessions, .unavailable:
            return .seconds(15)
        default:
            return nil
        }
    }
}
