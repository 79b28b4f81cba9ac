import Platform

/// Decides, for one camera, from when on its pictures are recorded or missing, and why.
///
/// A pure value: events go in, lines of the ledger come out. A gap begins at the end of the last
/// picture, not when somebody noticed; a change of cause during a gap begins where the attempt
/// began that found it. Instants are compared by the clock that never steps.
public struct GapLedger: Sendable {
    private struct Begun {
        var start: Instant
        var end: Instant?
        var cause: GapCause?
    }

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
    private var purpose: GapCause?
    /// What keeps the disk from taking clips, and what the camera would be missing for without it.
    private var disk: GapCause?
    private var cameraCause: (GapCause, detail: String)?
    /// Clips that the disk has not yet confirmed, and the start of the confirmed one.
    private var begun: [Begun] = []
    private var confirmed: Instant?
    /// Where the clip before the confirmed one ended.
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
            begun = []
            confirmed = nil
            return state == .disabled ? [] : enter(.disabled, from: now)
        case .stopping(let cause):
            purpose = cause
            return state.cause == nil ? [] : enter(.gap(cause), from: now)
        case .connecting:
            attempt = now
            return []
        case .failed(let cause, let detail): return failed(cause, detail, now)
        case .clipBegun(let start):
            attempt = nil
            begun.append(Begun(start: start))
            return []
        case .clipOpened(let start): return opened(start, now)
        case .clipEnded(let start, let end, let cause): return ended(start, end, cause)
        case .refused(let from, let isSlow):
            guard state == .recording, confirmed != nil || !isSlow else { return [] }
            return enter(.gap(isSlow ? .diskSlow : disk ?? .diskError), from: from)
        case .accepted(let from):
            guard disk == nil, state == .gap(.diskSlow) else { return [] }
            return enter(.recording, from: from)
        case .diskDown(let cause, let detail):
            disk = cause
            begun = []
            confirmed = nil
            guard isWanted else { return [] }
            return enter(.gap(cause), detail, from: now)
        case .clipFailed(let start, let cause, let detail):
            guard start == nil || start == confirmed?.wall else { return [] }
            begun = begun.filter { $0.end == nil && start != nil }
            confirmed = nil
            guard isWanted else { return [] }
            return enter(.gap(cause), detail, from: now)
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
        _ cause: GapCause, _ detail: String, _ now: Instant
    ) -> [LedgerEntry] {
        if let index = begun.indices.last, begun[index].end != nil { begun[index].cause = cause }
        cameraCause = (cause, detail)
        let from = attempt ?? (isProvisional ? since : now)
        let refines = isProvisional && attempt == nil
        (attempt, isProvisional) = (nil, false)
        guard isWanted, disk == nil, state.cause != nil else { return [] }
        guard refines || state != .gap(cause) else { return [] }
        return enter(.gap(cause), detail, from: from)
    }

    private mutating func opened(_ start: WallTime, _ now: Instant) -> [LedgerEntry] {
        guard let index = begun.firstIndex(where: { $0.start.wall == start }) else { return [] }
        let clip = begun[index]
        begun.removeSubrange(...index)
        if let end = clip.end, let cause = clip.cause {
            // The disk confirmed it only after it had ended: it lies inside the present gap.
            guard let gap = gapStart, clip.start >= gap else { return [] }
            gapStart = end
            return [entry(.recording, clip.start), entry(.gap(cause), end)]
        }
        confirmed = clip.start
        cameraCause = nil
        disk = nil
        guard state != .disabled else { return [] }
        defer { seam = clip.end }
        if state == .recording {
            guard let seam, clip.start.monotonic - seam.monotonic > Self.shortestGap else {
                return []
            }
            return hole(from: seam, to: clip.start)
        }
        return enter(.recording, from: clip.start)
    }

    private mutating func ended(
        _ start: WallTime, _ end: Instant, _ cause: GapCause?
    ) -> [LedgerEntry] {
        let cause = cause == .stoppedByUser ? purpose ?? .connecting : cause
        if let index = begun.firstIndex(where: { $0.start.wall == start }) {
            begun[index].end = end
            begun[index].cause = cause
            return []
        }
        guard let confirmed else { return [] }
        guard confirmed.wall == start else {
            // The clip before the present one, which waited for its last sound.
            guard confirmed.monotonic - end.monotonic > Self.shortestGap, state == .recording
            else { return [] }
            return hole(from: end, to: confirmed)
        }
        guard let cause else {
            seam = end
            return []
        }
        self.confirmed = nil
        guard state == .recording else { return [] }
        let entries = enter(.gap(cause), from: end)
        isProvisional = purpose == nil
        return entries
    }

    /// Two clips of a session that do not meet: no picture came for less than the stall time, or
    /// the recorder was frozen.
    private func hole(from: Instant, to: Instant) -> [LedgerEntry] {
        split(.gap(.stalled), from: from).filter { $0.at < to } + [entry(.recording, to)]
    }

    private mutating func frozen(_ range: Range<Instant>) -> [LedgerEntry] {
        pause = range
        guard isWanted, state.cause != nil, state != .gap(.recorderNotRunning) else { return [] }
        let from = max(range.lowerBound, since)
        guard from < range.upperBound else { return [] }
        since = range.upperBound
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
