import AVRemux
import Archive
import Platform

/// The cameras that are recorded now, each by a recorder of its own into one volume.
///
/// Belongs to the supervisor's thread.
struct Recording: ~Copyable {
    private struct Running {
        let camera: Settings.Camera
        let recorder: CameraRecorder
    }

    private let writer: ArchiveWriter
    private let gaps: GapReporter
    private let log: Log
    private let clocks: any Clocks
    private var cameras: [Settings.Camera]
    private var running: [Running] = []
    /// Whether the cameras are to be recorded.
    private(set) var isOn = false

    init(
        cameras: [Settings.Camera], writer: ArchiveWriter, gaps: GapReporter, log: Log,
        clocks: any Clocks
    ) {
        self.cameras = cameras
        self.writer = writer
        self.gaps = gaps
        self.log = log
        self.clocks = clocks
    }

    /// Begins to record every camera that is not recorded yet; one that cannot be begun is tried
    /// again with the next call.
    mutating func start() {
        isOn = true
        enableAll()
        for camera in cameras where !running.contains(where: { $0.camera == camera }) {
            let name = camera.recording.name
            let reporter = CameraReporter(log: log, camera: name)
            do throws(SystemError) {
                let recorder = try CameraRecorder(
                    settings: camera.recording,
                    sink: ArchiveSink(
                        writer: writer, folder: camera.hasFolder ? name : nil, gaps: gaps),
                    clocks: clocks,
                    onEvent: { [gaps] event in
                        gaps.report(event, of: name)
                        reporter.report(event)
                    })
                running.append(Running(camera: camera, recorder: recorder))
            } catch {
                log.write(
                    .error, .cameraFailed, camera: name, "The camera cannot be recorded: \(error)")
            }
        }
    }

    /// Ends every session and every clip; returns when the cameras' threads have ended.
    ///
    /// - Parameter cause: what the gap ledger calls the time from now on.
    mutating func stop(_ cause: LedgerCause) {
        isOn = false
        enableAll()
        gaps.keeper.tell(.stopping(cause))
        stopAll { _ in true }
    }

    /// Takes over changed cameras; those whose settings are the same are not disturbed.
    ///
    /// - Returns: how many were stopped or begun.
    mutating func apply(_ changed: [Settings.Camera]) -> Int {
        let before = cameras
        cameras = changed
        stopAll { !changed.contains($0) }
        if isOn {
            start()
        } else {
            stop(.stoppedByUser)
        }
        let gone = before.filter { !changed.contains($0) }.count
        return gone + changed.filter { !before.contains($0) }.count
    }

    /// Asks all at once, then waits: the slowest decides, not the sum.
    private mutating func stopAll(where condition: (Settings.Camera) -> Bool) {
        let ending = running.filter { condition($0.camera) }
        running.removeAll { condition($0.camera) }
        for each in ending { each.recorder.stop() }
        for each in ending { each.recorder.join() }
    }

    /// Ends everything and makes every clip final.
    mutating func finish() {
        stop(.recorderNotRunning)
        writer.finishClips()
        gaps.keeper.stop()
        writer.stop()
    }

    private func enableAll() { gaps.keeper.enable(cameras.map(\.recording.name)) }

    /// Every configured camera and, if it is recorded, its state.
    var states: [(camera: Settings.Camera, status: CameraStatus?)] {
        cameras.map { camera in
            (camera, running.first { $0.camera == camera }?.recorder.status)
        }
    }
}
