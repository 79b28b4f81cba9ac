import FakeCamera
import Platform
import RTSP
import Synchronization
import TestSupport
import Testing

@testable import AVRemux

/// A fake camera and the recorder that records it, for as long as a test wants.
final class Recording {
    let camera: FakeCameraServer
    let tape: Tape
    let recorder: CameraRecorder
    private let log: EventLog

    /// Collects events in the order in which they happened.
    final class EventLog: Sendable {
        private let events = Mutex<[(CameraEvent, MonotonicTime)]>([])
        var all: [(event: CameraEvent, time: MonotonicTime)] {
            events.withLock { $0.map { (event: $0.0, time: $0.1) } }
        }
        func append(_ event: CameraEvent) {
            events.withLock { $0.append((event, SystemClocks().monotonic)) }
        }
    }

    /// Starts both.
    ///
    /// - Parameters:
    ///   - fixture: a file of `Fixtures`.
    ///   - live: who watches.
    ///   - configure: changes the camera before it starts.
    ///   - adjust: changes the settings before recording starts.
    init(
        fixture: String = "h264-aac.mp4", tape: Tape = Tape(), live: (any LiveSink)? = nil,
        configure: (inout FakeCameraServer.Configuration) throws -> Void = { _ in },
        adjust: (inout CameraSettings) -> Void = { _ in }
    ) throws {
        var configuration = FakeCameraServer.Configuration(mounts: [
            "/main": try Media(path: "\(Fixture.folder)/\(fixture)")
        ])
        try configure(&configuration)
        camera = try FakeCameraServer(configuration: configuration)
        var settings = CameraSettings(
            name: "test", url: try CameraURL(parsing: camera.url("/main")),
            credentials: configuration.credentials)
        settings.stallTimeout = .seconds(2)
        settings.clipDuration = .seconds(600)
        // The clock strikes ten minutes in some runs, which would begin a clip that no test expects.
        settings.alignClips = false
        adjust(&settings)
        let log = EventLog()
        self.log = log
        self.tape = tape
        recorder = try CameraRecorder(settings: settings, sink: tape, live: live) { log.append($0) }
    }

    /// Ends both; a recorder that does not end in time is a failed test.
    deinit {
        recorder.stop()
        recorder.join()
        camera.stop()
    }

    /// Asks the recorder to stop and waits until it has.
    func stop() {
        recorder.stop()
        recorder.join()
    }

    var events: [CameraEvent] { log.all.map(\.event) }
    var timedEvents: [(event: CameraEvent, time: MonotonicTime)] { log.all }

    /// Why sessions ended so far, the stop at the end left out.
    var ends: [SessionEnd] {
        events.compactMap {
            if case .sessionEnded(let end, retryIn: .some) = $0 { end } else { nil }
        }
    }

    /// Frames that are in clips, whether the clips have ended or not.
    var frames: Int { tape.clips.reduce(0) { $0 + $1.samples().count } }

    /// The camera's numbers of all recorded frames, clip after clip.
    var frameNumbers: [UInt64] { tape.clips.flatMap(\.frameNumbers) }

    /// Waits until this many frames are in clips.
    func waitForFrames(_ count: Int, within limit: Duration = .seconds(20)) -> Bool {
        eventually(within: limit) { self.frames >= count }
    }
}

/// Says whether numbers go up by one from each to the next.
func areConsecutive(_ numbers: [UInt64]) -> Bool {
    zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 }
}
