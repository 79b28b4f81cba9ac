import AVRemux
import Console
import Platform
import RTSP
import Synchronization

/// Looks at one camera after the other, and for cameras on the network, on a thread of its own.
final class CameraSearch: Sendable {
    private let thread: WorkThread<Void>
    private let current = Mutex<Cancellation?>(nil)
    private let isEnding = Atomic<Bool>(false)

    init() throws(SystemError) { thread = try WorkThread(name: "console-search") {} }

    /// Watches a camera as a recorder would; nothing is written.
    func probe(
        _ settings: CameraSettings, for duration: Duration
    ) async throws(RecorderFailure) -> ProbeReport {
        try await thread.ask { [self] _ throws(RecorderFailure) in
            let cancellation: Cancellation
            do throws(SystemError) { cancellation = try Cancellation() } catch {
                throw RecorderFailure(.failed, code: "probe.system", "\(error)")
            }
            current.withLock { $0 = cancellation }
            defer { current.withLock { $0 = nil } }
            if isEnding.load(ordering: .acquiring) { throw .ending }
            do throws(SessionEnd) {
                return try ProbeReport.measure(
                    settings, for: duration, cancellation: cancellation)
            } catch {
                throw RecorderFailure(
                    .unavailable, code: "probe.\(LedgerWord.of(error))",
                    Redaction.redacted("\(settings.url): \(error)"), field: "url")
            }
        }
    }

    /// Asks every network for cameras.
    func discover() async throws(RecorderFailure) -> [NetworkCamera] {
        try await thread.ask { [self] _ throws(RecorderFailure) in
            do throws(SystemError) {
                return try CameraDiscovery().run { isEnding.load(ordering: .acquiring) }
            } catch {
                throw RecorderFailure(
                    .failed, code: "discovery.failed", "Nobody can be asked: \(error)")
            }
        }
    }

    /// Ends what is under way, and the thread.
    func stop() {
        isEnding.store(true, ordering: .releasing)
        current.withLock { $0 }?.cancel()
        thread.stop()
    }
}
