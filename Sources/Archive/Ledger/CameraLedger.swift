public import Platform

/// Decides, for one camera, from when on its pictures are recorded or missing, and why.
///
/// A pure value: events go in, lines of the ledger come out. A gap begins at the end of the last
/// picture, not when somebody noticed; a change of cause during a gap begins where the attempt
/// began that found it. Instants are compared by the clock that never steps.
public struct CameraLedger: Sendable {
    /// Time between two clips that is shorter is a late key frame, not a gap.
    static let shortestGap = Duration.nanoseconds(ClipTimeline.shortestGap)

    /// The camera's name.
    public let camera: String
    /// What holds now.
    public private(set) var state: CameraState
    /// What a person should know about it; empty if nothing.
    public private(set) var detail: String
    /// When the present gap began, whatever its causes; nil if there is none.
    public private(set) var gapStart: Instant?

    /// When the present state began, and whether the session's end may still name its cause better.
    private var since: Instant
    private var isProvisional = false
    private var attempt: Instant?
    /// What a session that is ended on purpose leaves behind.
    private var purpose: LedgerCause?
    /// What keeps the disk from taking clips, and what the camera would be missing for without it.
    private var disk: LedgerCause?
    private var cameraCause: (LedgerCause, detail: String)?
    /// The start of the last clip that was begun, while pictures may still go into it.
    private var clip: Instant?
    /// The start of the first clip that the disk has not confirmed.
    private var unconfirmed: Instant?
    /// Where the clip before it ended.
    private var seam: Instant?
    private var pause: Range<Instant>?

    /// A ledger that goes on where an earlier one ended; a camera never seen is disabled.
    public init(camera: String, state: CameraState = .disabled, since: Instant) {
        self.camera = camera
        self.state = state
        self.since = since
        detail = ""
        gapStart = state.cause == nil ? nil : since
    }

    /// Takes an event that happened `now`, and returns the lines that follow from it.
    public mutating func apply(_ event: LedgerEvent, now: Instant) -> [LedgerEntry] {
        switch event {
        case .enabled:
            purpose = nil
            return state == .disabled ? enter(.gap(.connecting), from: now) : []
        case .disabled:
            (clip, unconfirmed) = (nil, nil)
            return state == .disabled ? [] : enter(.disabled, from: now)
        case .stopping(let cause):
            purpose = cause
            return state.cause == nil ? [] : enter(.gap(cause), from: now)
        case .connecting:
            attempt = now
            return []
        case .failed(let cause, let detail): return failed(cause, detail, now)
        case .clipBegun(let start): return began(start)
        case .clipOpened(let start): return opened(start)
        case .clipEnded(let start, let end, let cause): return ended(start, end, cause)
        case .refused(let from, let isSlow):
            guard state == .recording else { return [] }
            return enter(.gap(isSlow ? .diskSlow : disk ?? .diskError), from: from)
        case .accepted(let from):
            guard disk == nil, state == .gap(.diskSlow) else { return [] }
            return enter(.recording, from: from)
        case .diskDown(let cause, let detail):
            disk = cause
            return lost(cause, detail, now)
        case .clipFailed(let start, let cause, let detail):
            guard start == nil || start == clip?.wall else { return [] }
            return lost(cause, detail, now)
        case .diskBack:
            disk = nil
            guard isWanted, let (cause, detail) = cameraCause else { return [] }
            return enter(.gap(cause), detail, from: now)
        case .frozen(let from): return frozen(from..<max(from, now))
        }
    }

    /// Whether the camera is to be recorded now.
    private var isWanted: Bool { state != .disabled && purpose == nil }

    private mutating func failed(
        _ cause: LedgerCause, _ detail: String, _ now: Instant
    ) -> [LedgerEntry] {
        cameraCause = (cause, detail)
        let from = attempt ?? (isProvisional ? since : now)
        let refines = isProvisional && attempt == nil
        (attempt, isProvisional) = (nil, false)
        guard isWanted, disk == nil, state.cause != nil else { return [] }
        guard refines || state != .gap(cause) else { return [] }
        return enter(.gap(cause), detail, from: from)
    }

    /// Pictures go into a clip; the disk will hardly refuse it, and says so if it does.
    private mutating func began(_ start: Instant) -> [LedgerEntry] {
        (attempt, cameraCause, clip) = (nil, nil, start)
        unconfirmed = unconfirmed ?? start
        guard disk == nil, state != .disabled else { return [] }
        return record(from: start)
    }

    private mutating func opened(_ start: WallTime) -> [LedgerEntry] {
        if let unconfirmed, unconfirmed.wall <= start { self.unconfirmed = nil }
        guard let clip, clip.wall == start, state != .disabled else { return [] }
        disk = nil
        return record(from: clip)
    }

    private mutating func record(from start: Instant) -> [LedgerEntry] {
        defer { seam = nil }
        guard state == .recording else { return enter(.recording, from: start) }
        guard let seam, start.monotonic - seam.monotonic > Self.shortestGap else { return [] }
        return hole(from: seam, to: start)
    }

    private mutating func ended(
        _ start: WallTime, _ end: Instant, _ cause: LedgerCause?
    ) -> [LedgerEntry] {
        let cause = cause == .stoppedByUser ? purpose ?? .connecting : cause
        guard let clip else { return [] }
        guard clip.wall == start else {
            // The clip before the present one, which waited for its last sound.
            guard clip.monotonic - end.monotonic > Self.shortestGap, state == .recording
            else { return [] }
            return hole(from: end, to: clip)
        }
        guard let cause else {
            seam = end
            return []
        }
        self.clip = nil
        guard state == .recording else { return [] }
        let entries = enter(.gap(cause), from: end)
        isProvisional = purpose == nil
        return entries
    }

    /// The disk did not take what was begun, or takes nothing any more.
    private mutating func lost(
        _ cause: LedgerCause, _ detail: String, _ now: Instant
    ) -> [LedgerEntry] {
        defer { (clip, unconfirmed) = (nil, nil) }
        guard isWanted else { return [] }
        if let unconfirmed, state == .recording {
            return enter(.gap(cause), detail, from: unconfirmed)
        }
        let never = unconfirmed.map { [entry(.gap(cause), $0, detail)] } ?? []
        return never + enter(.gap(cause), detail, from: now)
    }

    /// Two clips of a session that do not meet: no picture came for less than the stall time, or
    /// the recorder was frozen.
    private func hole(from: Instant, to: Instant) -> [LedgerEntry] {
        split(.gap(.stalled), from: from).filter { $0.at < to } + [entry(.recording, to)]
    }

    /// While clips are recorded too: pictures that waited in the network come late, others never.
    private mutating func frozen(_ range: Range<Instant>) -> [LedgerEntry] {
        pause = range
        guard isWanted, state != .gap(.recorderNotRunning) else { return [] }
        let from = max(range.lowerBound, since)
        guard from < range.upperBound else { return [] }
        // A session's end that is found out later may reach back to before the freeze.
        if state.cause != nil { since = range.upperBound }
        return [entry(.gap(.recorderNotRunning), from), entry(state, range.upperBound, detail)]
    }

    /// Goes over to a state that holds since `from`, and says so.
    private mutating func enter(
        _ new: CameraState, _ why: String = "", from: Instant
    ) -> [LedgerEntry] {
        let from = max(from, since)
        let entries = split(new, why, from: from)
        (state, detail, since, isProvisional) = (new, why, entries.last?.at ?? from, false)
        gapStart = new.cause == nil ? nil : gapStart ?? from
        return entries
    }

    /// A gap that reaches into a time when the recorder was frozen is the recorder's until then.
    private func split(
        _ new: CameraState, _ why: String = "", from: Instant
    ) -> [LedgerEntry] {
        guard new.cause != nil, new != .gap(.recorderNotRunning), let pause,
            from < pause.upperBound
        else { return [entry(new, from, why)] }
        let isBefore = pause.lowerBound.monotonic - from.monotonic > Self.shortestGap
        let head = isBefore ? [entry(new, from, why)] : []
        return head + [
            entry(.gap(.recorderNotRunning), isBefore ? pause.lowerBound : from),
            entry(new, pause.upperBound, why),
        ]
    }

    private func entry(_ state: CameraState, _ at: Instant, _ why: String = "") -> LedgerEntry {
        LedgerEntry(at: at, .state(camera: camera, state, detail: why))
    }
}
