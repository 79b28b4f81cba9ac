import AVRemux
import Archive
import Console
import Platform

/// The cameras that are recorded now, each by a recorder of its own into one volume.
///
/// Belongs to the supervisor's thread.
struct Recording: ~Copyable {
    private struct Running {
        let camera: Settings.Camera
        let recorder: CameraRecorder
    }

    /// What the gap ledger was last told of the cameras.
    private struct Told: Equatable {
        var names: [String]
        var stopped: Set<String>
        /// What the time of all cameras is called; nil while they are recorded.
        var cause: LedgerCause?
    }

    private let writer: ArchiveWriter
    private let gaps: GapReporter
    private let live: LiveHub
    private let log: Log
    private let clocks: any Clocks
    private var cameras: [Settings.Camera]
    private var running: [Running] = []
    private var told: Told?
    /// Whether cameras are to be recorded.
    private(set) var isOn = false
    /// Cameras that a person stopped while others go on; a reload changes nothing about it.
    private(set) var stopped: Set<String> = []
    /// What cameras did whose recorder has ended, by name.
    private(set) var totals: [String: CameraTotals] = [:]

    init(
        cameras: [Settings.Camera], writer: ArchiveWriter, gaps: GapReporter, live: LiveHub,
        log: Log, clocks: any Clocks
    ) {
        self.cameras = cameras
        self.writer = writer
        self.gaps = gaps
        self.live = live
        self.log = log
        self.clocks = clocks
    }

    /// Records every camera, those that a person had stopped too.
    mutating func startAll() {
        stopped = []
        start()
    }

    /// Begins to record every camera that is wanted and not recorded yet; one that cannot be begun
    /// is tried again with the next call.
    mutating func start() {
        isOn = true
        tellLedger(nil)
        for camera in cameras
        where !stopped.contains(camera.recording.name)
            && !running.contains(where: { $0.camera == camera })
        {
            begin(camera)
        }
    }

    private mutating func begin(_ camera: Settings.Camera) {
        let name = camera.recording.name
        let reporter = CameraReporter(log: log, camera: name)
        do throws(SystemError) {
            let recorder = try CameraRecorder(
                settings: camera.recording,
                sink: ArchiveSink(
                    writer: writer, folder: camera.hasFolder ? name : nil, gaps: gaps),
                live: live.channel(of: name).map(LiveBridge.init), clocks: clocks,
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

    /// Begins to record one camera; while nothing is recorded, only this one.
    mutating func start(camera name: String) {
        if !isOn { stopped = Set(cameras.map(\.recording.name)) }
        stopped.remove(name)
        start()
    }

    /// Ends one camera's session and clip; returns when its thread has ended.
    mutating func stop(camera name: String) {
        guard isOn else { return }
        stopped.insert(name)
        tellLedger(nil)
        stopAll { $0.recording.name == name }
    }

    /// Ends every session and every clip; returns when the cameras' threads have ended.
    ///
    /// - Parameter cause: what the gap ledger calls the time from now on.
    mutating func stop(_ cause: LedgerCause) {
        isOn = false
        tellLedger(cause)
        stopAll { _ in true }
    }

    /// Takes over changed cameras; those whose settings are the same are not disturbed.
    ///
    /// - Returns: how many were stopped or begun.
    mutating func apply(_ changed: [Settings.Camera]) -> Int {
        let before = cameras
        cameras = changed
        stopped.formIntersection(changed.map(\.recording.name))
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
        for each in ending {
            each.recorder.join()
            totals[each.camera.recording.name, default: CameraTotals()].add(each.recorder.status)
        }
    }

    /// Asks every camera to end its clip and its session; returns at once, `finish` waits for them.
    mutating func beginToFinish() {
        isOn = false
        tellLedger(.recorderNotRunning)
        for each in running { each.recorder.stop() }
    }

    /// Ends everything and makes every clip final.
    mutating func finish() {
        stop(.recorderNotRunning)
        writer.finishClips()
        gaps.keeper.stop()
        writer.stop()
    }

    /// Tells the gap ledger which cameras are wanted, and why some or all are not recorded.
    private mutating func tellLedger(_ cause: LedgerCause?) {
        let now = Told(names: cameras.map(\.recording.name), stopped: stopped, cause: cause)
        guard now != told else { return }
        told = now
        gaps.keeper.enable(now.names)
        if let cause { return gaps.keeper.tell(.stopping(cause)) }
        for name in stopped.sorted() { gaps.keeper.tell(.stopping(.stoppedByUser), of: name) }
    }

    /// The signs of life of the cameras' threads, by thread.
    var beats: [String: UInt64?] {
        Dictionary(
            running.map { ("camera \($0.camera.recording.name)", $0.recorder.pulse.beats) }
        ) { $1 }
    }

    /// Every enabled camera's recorder, by name.
    var recorders: [String: CameraRecorder] {
        Dictionary(running.map { ($0.camera.recording.name, $0.recorder) }) { first, _ in first }
    }

    /// Every enabled camera and, if it is recorded, its state.
    var states: [(camera: Settings.Camera, status: CameraStatus?)] {
        cameras.map { camera in
            (camera, running.first { $0.camera == camera }?.recorder.status)
        }
    }
}

/// What was counted of a camera by recorders that have ended.
struct CameraTotals: Sendable, Equatable {
    var frames: UInt64 = 0
    var bytes: UInt64 = 0
    var sessions: UInt64 = 0
    var packets: UInt64 = 0
    var lostPackets: UInt64 = 0
    var droppedFrames: UInt64 = 0
    var timeRepairs: UInt64 = 0

    mutating func add(_ status: CameraStatus) {
        frames += status.frames
        bytes += status.bytes
        sessions += status.sessions
        packets += status.packets
        lostPackets += status.lostPackets
        droppedFrames += status.droppedFrames
        timeRepairs += status.timeRepairs
    }
}
