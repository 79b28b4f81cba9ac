import AVRemux
import Glibc
import Platform
import RTSP
import Synchronization

/// Looks at one camera as the recorder would, one session at a time.
struct CameraCheckup: Sendable {
    /// Sessions asked for at once: cameras have few, and others need them.
    private static let sessionLimit = 3
    /// For how long UDP is looked at, at most.
    private static let longestUDP = Duration.seconds(10)

    let settings: CameraSettings
    let duration: Duration
    /// Whether a recorder has a session meanwhile.
    let isRecorded: Bool
    /// Whether it is tried how many sessions the camera gives.
    var countsSessions = true
    /// Told when a step begins, on the thread of `run`.
    var onStep: @Sendable (Step) -> Void = { _ in }

    /// What of the camera is looked at.
    enum Step: String, Sendable {
        case stream
        case udp
        case sessions
    }

    private var looksAtUDP: Bool { settings.transport == .tcp && settings.url.scheme == .rtsp }

    /// About how long `run` takes with a camera that answers.
    var expectedDuration: Duration {
        let connecting = Duration.seconds(countsSessions ? 3 : 1)
        return duration + (looksAtUDP ? min(duration, Self.longestUDP) : .zero) + connecting
    }

    /// Measures everything; blocks for about `expectedDuration`.
    func run(_ cancellation: Cancellation) -> Result<CameraFacts, SessionEnd> {
        do throws(SessionEnd) {
            onStep(.stream)
            var facts = CameraFacts(
                report: try look(settings, for: duration, cancellation), isRecorded: isRecorded)
            if looksAtUDP {
                onStep(.udp)
                facts.udp = overUDP(cancellation)
            }
            if countsSessions, !cancellation.isCancelled {
                onStep(.sessions)
                facts.sessions = SessionCount.measure(
                    settings, limit: Self.sessionLimit, cancellation: cancellation)
            }
            return .success(facts)
        } catch {
            return .failure(error)
        }
    }

    private func overUDP(_ cancellation: Cancellation) -> Result<ProbeReport, SessionEnd> {
        var settings = settings
        settings.transport = .udp
        do throws(SessionEnd) {
            return .success(
                try look(settings, for: min(duration, Self.longestUDP), cancellation))
        } catch {
            return .failure(error)
        }
    }

    private func look(
        _ settings: CameraSettings, for duration: Duration, _ cancellation: Cancellation
    ) throws(SessionEnd) -> ProbeReport {
        var report = try ProbeReport.measure(settings, for: duration, cancellation: cancellation)
        // Nobody looks at a picture here, and findings are kept for long.
        report.keyFrame = nil
        return report
    }
}

/// Work on a thread of its own that Ctrl-C ends in good order.
enum InterruptibleWork {
    /// Runs `body` and returns what it returns, or nil after a signal.
    static func run<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable (Cancellation) -> Value
    ) throws(CommandFailure) -> Value? {
        let result = Box<Value>()
        do throws(SystemError) {
            let signals = try Signals([SIGINT, SIGTERM])
            let done = try Doorbell()
            let cancellation = try Cancellation()
            let thread = try NamedThread(name: name) {
                let value = body(cancellation)
                result.value.withLock { $0 = value }
                done.ring()
            }
            while result.value.withLock({ $0 == nil }) {
                if signals.wait(orFor: done) != nil { cancellation.cancel() }
            }
            thread.join()
            return cancellation.isCancelled ? nil : result.value.withLock { $0 }
        } catch {
            throw CommandFailure("\(error)", EX_OSERR)
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}
