import Platform

/// The gap ledgers of all cameras of a volume, as one value without I/O.
struct LedgerBook {
    /// A gap that is shorter goes into the ledger and is not told.
    static let noticedAfter = Duration.seconds(5)
    /// How often losses inside clips become lines.
    private static let lossInterval = Duration.seconds(60)

    private struct Camera {
        var ledger: CameraLedger
        var causes: [LedgerCause] = []
        var isTold = false
        var packets = 0
        var frames = 0
        /// The newest clip's start that was deleted, and what of it the file was told.
        var deleted: WallTime?
        var told: WallTime?
    }

    private var cameras: [String: Camera] = [:]
    private var nextLosses: MonotonicTime
    /// How long pictures were missing since the recorder started.
    var missing: GapCounter
    /// What keeps the disk from taking clips, for cameras that come later.
    private var diskDown: LedgerEvent?
    /// Lines that wait for the file.
    var lines: [LedgerEntry]
    /// What a person should hear, since it was last taken.
    var notices: [GapNotice] = []

    /// Goes on where the file ends; what is missing since `heartbeat` is the absence of a recorder.
    init(_ history: GapHistory, heartbeat: Instant?, now: Instant) {
        nextLosses = now.monotonic + Self.lossInterval
        let absence = history.absence(since: heartbeat)
        lines = absence + [LedgerEntry(at: now, .started)]
        missing = GapCounter(start: now.monotonic)
        for camera in history.cameras {
            guard let last = history.last(of: camera) else { continue }
            let away = absence.first { $0.camera == camera }?.at
            let state = away == nil ? last.state : .gap(.recorderNotRunning)
            // Earlier runs measured by clocks of their own; only the wall clock joins them to this.
            let since = (away ?? last.since).wall
            let wall = min(since, now.wall)
            if wall < since {
                // The clock was set back meanwhile: what holds is said again by the new one.
                lines.append(LedgerEntry(at: now, .state(camera: camera, state, detail: "")))
            }
            cameras[camera] = Camera(
                ledger: CameraLedger(camera: camera, state: state, since: now.called(wall)))
            cameras[camera]?.causes = [state.cause].compactMap(\.self)
            missing.take([LedgerEntry(at: now, .state(camera: camera, state, detail: ""))])
        }
    }

    /// Takes an event of one camera, or of all if it is nil.
    mutating func apply(_ event: LedgerEvent, of name: String?, now: Instant) {
        guard let name else {
            switch event {
            case .diskDown: diskDown = event
            case .diskBack: diskDown = nil
            default: break
            }
            for name in cameras.keys.sorted() { apply(event, of: name, now: now) }
            return
        }
        var camera = cameras[name] ?? Camera(ledger: CameraLedger(camera: name, since: now))
        let gapStart = camera.ledger.gapStart
        let new = camera.ledger.apply(event, now: now)
        lines += new
        missing.take(new)
        for case .state(_, .gap(let cause), _) in new.map(\.kind) where camera.causes.last != cause
        {
            camera.causes.append(cause)
        }
        if camera.ledger.gapStart == nil {
            if let gapStart, let end = new.last?.at, camera.ledger.state == .recording {
                close(&camera, from: gapStart, to: end)
            }
            camera.causes = []
            camera.isTold = false
        }
        cameras[name] = camera
    }

    /// The cameras that are recorded from now on; all others are not.
    mutating func enable(_ names: [String], now: Instant) {
        for name in cameras.keys.sorted() where !names.contains(name) {
            apply(.disabled, of: name, now: now)
        }
        for name in names {
            let isNew = cameras[name].map { $0.ledger.state == .disabled } ?? true
            apply(.enabled, of: name, now: now)
            if isNew, let diskDown { apply(diskDown, of: name, now: now) }
        }
    }

    /// Counts what was lost inside a camera's clips.
    mutating func lose(packets: Int, frames: Int, of name: String) {
        cameras[name]?.packets += packets
        cameras[name]?.frames += frames
    }

    /// Notes that a camera's clip that began at `start` was deleted.
    mutating func delete(_ start: WallTime, of name: String) {
        let known = cameras[name]?.deleted ?? start
        cameras[name]?.deleted = max(known, start)
    }

    /// Says which gaps have lasted for some time, what was deleted, and once a minute what was lost
    /// inside clips.
    mutating func tick(now: Instant, isLast: Bool = false) {
        // At once: what a recorder that is killed has not said is missing without a cause.
        for name in cameras.keys.sorted() { writeDeletion(of: name, now: now) }
        for name in cameras.keys.sorted() {
            guard let camera = cameras[name], let since = camera.ledger.gapStart,
                let cause = camera.ledger.state.cause, !camera.isTold,
                now.monotonic - since.monotonic > Self.noticedAfter
            else { continue }
            cameras[name]?.isTold = true
            notices.append(
                .open(
                    camera: name, cause: cause, detail: camera.ledger.detail, since: since.wall))
        }
        guard isLast || now.monotonic >= nextLosses else { return }
        nextLosses = now.monotonic + Self.lossInterval
        for name in cameras.keys.sorted() { writeLosses(of: name, now: now) }
    }

    private mutating func writeLosses(of name: String, now: Instant) {
        guard var camera = cameras[name] else { return }
        if camera.packets > 0 || camera.frames > 0 {
            lines.append(
                LedgerEntry(
                    at: now, .loss(camera: name, packets: camera.packets, frames: camera.frames)))
        }
        (camera.packets, camera.frames) = (0, 0)
        cameras[name] = camera
    }

    private mutating func writeDeletion(of name: String, now: Instant) {
        guard let camera = cameras[name], let deleted = camera.deleted, deleted != camera.told
        else { return }
        lines.append(LedgerEntry(at: now.called(deleted), .deleted(camera: name)))
        cameras[name]?.told = deleted
    }

    private mutating func close(_ camera: inout Camera, from: Instant, to: Instant) {
        let length = to.monotonic - from.monotonic
        guard length > Self.noticedAfter else { return }
        notices.append(
            .closed(
                camera: camera.ledger.camera, causes: camera.causes, start: from.wall,
                length: length))
    }
}
