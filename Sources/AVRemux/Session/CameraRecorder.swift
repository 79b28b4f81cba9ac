public import Platform
import Synchronization

/// Records one camera until it is stopped: a thread that owns everything libav of that camera.
///
/// Sessions begin and end inside the thread; nothing ends the recording but `stop()`. Events and
/// clips leave it on that thread. Whoever makes a recorder stops and joins it.
public final class CameraRecorder: Sendable {
    /// What is recorded and how.
    public let settings: CameraSettings
    private let cancellation: Cancellation
    private let shared: SharedStatus
    private let thread: NamedThread

    /// Starts to record.
    ///
    /// - Parameters:
    ///   - sink: takes the clips; called on the camera's thread.
    ///   - live: takes the frames while somebody watches; called on the camera's thread.
    ///   - onEvent: hears what happens; called on the camera's thread and must not block.
    /// - Throws: `SystemError` if the system has no thread or descriptor left.
    public init(
        settings: CameraSettings, sink: any ClipSink, live: (any LiveSink)? = nil,
        clocks: any Clocks = SystemClocks(),
        onEvent: @escaping @Sendable (CameraEvent) -> Void
    ) throws(SystemError) {
        let cancellation = try Cancellation()
        let shared = SharedStatus(since: clocks.monotonic)
        let loop = CameraLoop(
            settings: settings, sink: sink, live: live, clocks: clocks, cancellation: cancellation,
            shared: shared, report: onEvent)
        self.settings = settings
        self.cancellation = cancellation
        self.shared = shared
        thread = try NamedThread(name: "cam-\(settings.name)", stackSize: 512 << 10) { loop.run() }
    }

    /// The camera's present state; from any thread.
    public var status: CameraStatus { shared.state.withLock { $0 } }

    /// The last key frame that went into a clip; from any thread.
    public var keyFrame: KeyFrame? { shared.keyFrame.withLock { $0 } }

    /// Whether the camera's thread goes on: it beats at least every `Pulse.interval`.
    public var pulse: Pulse { cancellation.pulse }

    /// Asks the thread to end its clips and its session; returns at once, from any thread.
    public func stop() { cancellation.cancel() }

    /// Waits until the thread has ended; at most about two seconds after `stop()`.
    public func join() { thread.join() }
}

/// A camera's state, written by its thread and read by others.
final class SharedStatus: Sendable {
    let state: Mutex<CameraStatus>
    let keyFrame = Mutex<KeyFrame?>(nil)

    init(since: MonotonicTime) { state = Mutex(CameraStatus(since: since)) }
}
