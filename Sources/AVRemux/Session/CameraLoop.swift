internal import CFFmpeg
import Glibc
internal import Platform
internal import RTSP
import Synchronization

/// Opens one session after the other until the camera's recorder is stopped.
///
/// Runs on the camera's thread and is the only place that decides to try again.
struct CameraLoop: Sendable {
    let settings: CameraSettings
    let sink: any ClipSink
    let live: (any LiveSink)?
    let clocks: any Clocks
    let cancellation: Cancellation
    let shared: SharedStatus
    let report: @Sendable (CameraEvent) -> Void

    func run() {
        AVLog.bind { [report] level, line in report(.libav(level: level, line: line)) }
        defer { AVLog.bind(nil) }
        let tap = FrameTap(live: live.map(LiveFeed.init), shared: shared)
        var backoff = Backoff()
        var attempt = 0
        var strongest = AuthenticationScheme.none
        while !cancellation.isCancelled {
            attempt += 1
            let outcome = runSession(attempt: attempt, tap: tap, strongest: &strongest)
            tap.live?.endSession()
            if outcome.goodVideo > .zero { attempt = 0 }
            guard !cancellation.isCancelled else {
                stopped()
                outcome.goodbye?.close()
                return
            }
            let delay = backoff.delay(
                after: outcome.end, goodVideo: outcome.goodVideo,
                sessionTimeout: outcome.sessionTimeout, random: .random(in: 0..<1))
            let next = leave(outcome, retryIn: delay)
            // A camera may ask in another way in the middle of a session.
            if let feed = outcome.goodbye { strongest = max(strongest, feed.authentication) }
            wait(until: next)
        }
        stopped()
    }

    private func stopped() {
        update {
            $0.activity = .stopped
            $0.since = clocks.monotonic
        }
        report(.sessionEnded(.stopped, retryIn: nil))
    }

    /// Tells that a session is over, then the camera: one that is gone does not answer for a while,
    /// and neither the news nor the next session waits for that.
    ///
    /// - Returns: when the next session is due.
    private func leave(_ outcome: Outcome, retryIn delay: Duration) -> MonotonicTime {
        let now = clocks.monotonic
        report(.sessionEnded(outcome.end, retryIn: delay))
        update {
            $0.activity = .waiting(outcome.end, until: now + delay)
            $0.since = now
        }
        outcome.goodbye?.close(budget: min(delay, .seconds(1)))
        return now + delay
    }

    private struct Outcome {
        var end: SessionEnd
        /// Nil if there was no session that could be left.
        var goodbye: PacketFeed?
        var goodVideo = Duration.zero
        var sessionTimeout = Duration.seconds(60)
    }

    private func runSession(
        attempt: Int, tap: FrameTap, strongest: inout AuthenticationScheme
    ) -> Outcome {
        let began = clocks.monotonic
        report(.connecting(attempt: attempt))
        update {
            $0.activity = .connecting
            $0.since = began
            $0.sessions += 1
        }
        do throws(SessionEnd) {
            let open = try OpenSession.open(
                settings, strongest: &strongest, clocks: clocks, cancellation: cancellation)
            let sessionTimeout = open.rtsp.sessionTimeout
            let verdict = open.audioVerdict
            report(.audio(verdict))
            update { $0.audio = verdict }
            var session = CameraSession(
                session: open,
                clips: ClipSequence(
                    camera: settings.name,
                    rotation: Rotation(
                        interval: settings.clipDuration, isAligned: settings.alignClips,
                        sizeLimit: settings.largestClip),
                    sink: sink, tap: tap, clocks: clocks),
                reporter: SessionReporter(
                    now: began, report: report, update: { change in update(change) }),
                clocks: clocks, stallTimeout: settings.stallTimeout, began: began)
            let end = session.run()
            return Outcome(
                end: end, goodbye: session.goodbye, goodVideo: session.goodVideo,
                sessionTimeout: sessionTimeout)
        } catch {
            return Outcome(end: error.named(stallTimeout: settings.stallTimeout))
        }
    }

    private func wait(until deadline: MonotonicTime) {
        var poll = pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)
        while !cancellation.isCancelled {
            cancellation.pulse.beat()
            let left = min(deadline - clocks.monotonic, Pulse.interval)
            guard left > .zero else { return }
            Glibc.poll(&poll, 1, Int32(clamping: left.nanoseconds / 1_000_000 + 1))
        }
    }

    private func update(_ change: (inout CameraStatus) -> Void) {
        shared.state.withLock { change(&$0) }
    }
}
