import AVRemux
import Archive
import Console
import Glibc
import Platform
import Synchronization

/// The recorder's present state for everybody who asks, at any rate: costs no I/O and no wait.
///
/// The supervisor's thread writes down what it decides; what cameras and disk do is read from them.
final class StatusBoard: Sendable {
    /// What the supervisor decides.
    struct Facts: Sendable {
        var settings: Settings
        var isOn = false
        /// Cameras that a person stopped while others go on.
        var stopped: Set<String> = []
        var recorders: [String: CameraRecorder] = [:]
        var totals: [String: CameraTotals] = [:]
        var isClockTrusted = true
        /// Why the settings file does not hold as it is now.
        var refusal: (text: String, since: WallTime)?
    }

    private struct State {
        var facts: Facts
        var meter = RateMeter()
        /// Since when each camera is to be recorded and was not.
        var wanted: [String: MonotonicTime] = [:]
    }

    private let state: Mutex<State>
    private let archive: ArchiveReporter
    private let writer: ArchiveWriter
    private let clocks: any Clocks
    private let started: WallTime
    private let timeZone: String

    init(
        settings: Settings, archive: ArchiveReporter, writer: ArchiveWriter, clocks: any Clocks
    ) {
        state = Mutex(State(facts: Facts(settings: settings)))
        self.archive = archive
        self.writer = writer
        self.clocks = clocks
        started = clocks.wall
        timeZone = LocalZone.name
    }

    /// Takes over what the supervisor decided, and looks how fast video comes.
    func show(_ facts: Facts) {
        let now = clocks.monotonic
        state.withLock { state in
            state.facts = facts
            let names = facts.recorders.keys
            for (name, recorder) in facts.recorders {
                state.meter.note(recorder.status, of: name, at: now)
                state.wanted[name] = state.wanted[name] ?? now
            }
            state.meter.keep(only: names)
            state.wanted = state.wanted.filter { names.contains($0.key) }
        }
    }

    /// What the supervisor last decided.
    var facts: Facts { state.withLock { $0.facts } }

    /// RTP packets received since the recorder started, by camera.
    var packets: [String: UInt64] {
        let facts = facts
        var packets = facts.totals.mapValues(\.packets)
        for (name, recorder) in facts.recorders {
            packets[name, default: 0] += recorder.status.packets
        }
        return packets
    }

    /// The whole present state.
    var status: RecorderStatus {
        let state = state.withLock { $0 }
        let facts = state.facts
        let now = Instant(clocks)
        let health = archive.volumeHealth
        let view = CameraView(now: now, isOn: facts.isOn, health: health)
        let cameras = facts.settings.cameras.map { camera in
            let name = camera.recording.name
            return view.report(
                camera, status: facts.recorders[name]?.status,
                isStopped: facts.stopped.contains(name), totals: facts.totals[name],
                rates: state.meter.rates(of: name), clip: archive.openClip(of: name))
        }
        let problems = ProblemList(
            now: now, health: health, wanted: state.wanted, facts: facts,
            usage: writer.board.usage)
        let whole = RecorderStatus.State(of: cameras, isOn: facts.isOn)
        return RecorderStatus(
            state: whole, recording: whole.isOn,
            version: Version.program, pid: getpid(), started: Timestamp(started),
            now: Timestamp(now.wall), timeZone: timeZone, clockTrusted: facts.isClockTrusted,
            outputFolder: facts.settings.outputFolder, queuedBytes: writer.queuedBytes,
            volume: RecorderStatus.VolumeStatus(
                ok: health.trouble == nil, code: health.trouble?.what.code,
                reason: health.trouble?.what.text,
                since: health.trouble.map { Timestamp($0.since.wall) }),
            cameras: cameras, problems: problems.all(cameras))
    }
}

extension RecorderStatus {
    /// What of the state is worth telling at once; the rest is counters that always grow.
    var digest: [String] {
        var words = [state.rawValue, "\(recording)", "\(clockTrusted)", volume.reason ?? ""]
        for problem in problems { words += [problem.code, problem.camera ?? "", problem.text] }
        for camera in cameras {
            words += [camera.name, camera.state.rawValue, camera.reason ?? "", camera.url]
            words += [camera.clip?.path ?? "", camera.audio ?? ""]
            words.append(camera.video.map { "\($0.codec) \($0.width)x\($0.height)" } ?? "")
        }
        return words
    }
}
