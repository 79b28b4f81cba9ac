import Glibc
import ISOBMFF
import Platform

/// Writes clips, decides what a fault means and keeps the limits; belongs to the writer thread.
///
/// It starts no thread and waits for nothing but the disk, so that a test can play every message
/// and every fault in order.
final class ClipEngine {
    let settings: ArchiveSettings
    let clocks: any Clocks
    let clockTrust: ClockTrust
    let tell: (ArchiveEvent) -> Void
    let sync: (SyncJob) -> Void
    /// What others see.
    let board: VolumeBoard
    /// Lets a volume be looked through; what is found comes back as `scanned`.
    let scan: (ScanJob) -> Void
    /// How far the volume is known; nil once all is.
    var scanning: Scanning?
    var watch: VolumeWatch
    /// Nil while the volume is not mounted.
    var room: RoomKeeper?
    var clips: [UInt64: OpenClip] = [:]
    /// Clips at the sync thread, which will report each.
    var finishing = 0
    /// What waits for one of them.
    private var deferred: [WriterMessage] = []
    var recovering = RecoveryCount()
    var limits: RetentionLimits
    var nextSequence: UInt64 = 1
    /// Told once each time it begins, and `volumeBack` when it ends.
    private(set) var trouble: VolumeTrouble?
    var lastSweep: MonotonicTime?
    /// When others were last shown what is used.
    var lastShown: MonotonicTime?
    private var gauges: [String?: QueueGauge] = [:]

    init(
        volume state: VolumeState, settings: ArchiveSettings, clocks: any Clocks,
        clockTrust: ClockTrust, board: VolumeBoard = VolumeBoard(),
        scan: @escaping (ScanJob) -> Void,
        sync: @escaping (SyncJob) -> Void, tell: @escaping (ArchiveEvent) -> Void
    ) {
        self.settings = settings
        self.clocks = clocks
        self.clockTrust = clockTrust
        self.board = board
        self.scan = scan
        self.sync = sync
        self.tell = tell
        limits = settings.limits
        watch = VolumeWatch(state, clocks: clocks)
        switch state {
        case .mounted(let volume): mount(volume)
        case .absent: goDown(.notMounted)
        }
    }

    /// Does what a camera, the sync thread or the owner asks.
    ///
    /// What finds no room while clips are being made final, which may then be deleted or give back
    /// what they took ahead, or while the volume is not known well enough to delete any, waits for
    /// that with all that follows it; the queues bound how much.
    func perform(_ message: WriterMessage) {
        switch message {
        case .synced(let report):
            take(report)
            retry()
        case .scanned(let job, let finding):
            take(finding, of: job)
            retry()
        case .stop where scanning != nil:
            // Numbers come soon, and what is being made final makes room.
            guard scanning?.knowsNumbers == true, finishing == 0 || deferred.isEmpty else {
                return deferred.append(message)
            }
            scanning?.job.cancel()
            let waiting = deferred
            deferred = []
            giveUpWaiting(waiting)
            act(on: message)
        default:
            if !deferred.isEmpty || waitsForScan(message)
                || (finishing > 0 && !hasRoom(for: message))
            {
                deferred.append(message)
            } else {
                act(on: message)
            }
        }
    }

    private func retry() {
        let waiting = deferred
        deferred = []
        for message in waiting { perform(message) }
    }

    private func act(on message: WriterMessage) {
        switch message {
        case .begin(let handle, let clip):
            gauges[handle.camera] = handle.gauge
            begin(handle, clip)
            handle.gauge.release(clip.muxerBytes.count)
        case .append(let handle, let fragment):
            append(fragment, to: handle)
            handle.gauge.release(fragment.byteCount)
        case .end(let handle, let ending):
            finish(handle.id, ending)
        case .synced, .scanned: break
        case .limits(let limits):
            self.limits = limits
            room?.retention.limits = limits
        case .reserve(let export, let bytes, let answer): answer(reserve(export, bytes))
        case .settle(let export):
            guard let volume = room?.volume else { break }
            // Files that cannot be counted now are at the next sweep.
            try? room?.exports.settle(export, on: volume)
        case .stop:
            for id in clips.keys.sorted() { finish(id, ending(.stopped)) }
        }
    }

    /// Does what is due by time: looks whether the volume is there, sweeps, probes.
    func tick() {
        defer { showUsage() }
        reportRefusals()
        if finishing == 0, scanning == nil { retry() }
        switch watch.look(trouble: trouble, idle: finishing == 0) {
        case .same: break
        case .lost: goDown(.notMounted)
        case .returned(let volume): mount(volume)
        }
        let now = clocks.monotonic
        guard trouble == nil || trouble == .full, room != nil else { return }
        guard lastSweep.map({ now - $0 >= settings.sweepInterval }) ?? true else { return }
        lastSweep = now
        do throws(SystemError) {
            let wall = clocks.wall
            try room?.sweep(
                now: wall, monotonic: now, clockTrusted: clockTrust.trusts(wall, at: now),
                tell: tell)
        } catch { diskFailed(error) }
    }

    /// Whether nothing is open and nothing is under way.
    var isIdle: Bool { clips.isEmpty && finishing == 0 && deferred.isEmpty }

    func ending(_ reason: EndReason) -> ClipEnding {
        ClipEnding(reason: reason, end: clocks.wall, endMonotonic: clocks.monotonic)
    }

    /// Says that clips are taken again, if that was not so.
    func comeBack() {
        guard trouble != nil else { return }
        trouble = nil
        tell(.volumeBack)
    }

    /// Says that the volume takes no clips now; open ones are closed as far as the trouble allows.
    func goDown(_ cause: VolumeTrouble) {
        guard trouble != cause else { return }
        trouble = cause
        tell(.volumeDown(cause))
        guard cause != .full else { return }
        for id in clips.keys.sorted() {
            // An unmounted disk is still there for those who hold its files.
            if cause == .notMounted { finish(id, ending(.diskError)) } else { abandon(id, cause) }
        }
        if cause == .notMounted {
            room = nil
            scanning?.job.cancel()
            scanning = nil
            watch.release()
        }
    }

    private func abandon(_ id: UInt64, _ cause: VolumeTrouble) {
        guard let clip = clips.removeValue(forKey: id) else { return }
        clip.handle.close()
        board.drop(clip.facts)
        sync(.drop(clip.target))
        let code = if case .failing(let error) = cause { error.code } else { EROFS }
        let error = SystemError(call: "pwrite", subject: clip.facts.path, code: code)
        tell(.clipAbandoned(clip.facts, cause: .system(error)))
    }

    private func reportRefusals() {
        for gauge in gauges.values {
            let refused = gauge.takeRefused()
            // A volume that is gone is not slow; it was told of.
            if refused > 0, trouble == nil {
                tell(.queueFull(camera: gauge.camera, refusedBytes: refused))
            }
        }
    }
}

/// How far the clips that a crash had left open have been looked through.
struct RecoveryCount {
    var done = 0
    var total = 0

    init(total: Int = 0) { self.total = total }
}
