public import Platform

/// A stretch of a camera's time in which one thing held.
public struct LedgerRow: Hashable, Sendable {
    /// What became of the pictures.
    public var state: CameraState
    /// What a person should know; empty if nothing.
    public var detail: String
    /// When it began, by the wall clock as it went then.
    public var start: WallTime
    /// When the next row begins, by the wall clock as it went then; nil for the last row.
    public var end: WallTime?
    /// How long it was by the clock that never steps; nil for the last row.
    public var length: Duration?

    /// A stretch of time.
    public init(
        state: CameraState, detail: String = "", start: WallTime, end: WallTime?,
        length: Duration?
    ) {
        self.state = state
        self.detail = detail
        self.start = start
        self.end = end
        self.length = length
    }
}

/// Packets and frames that were lost inside clips.
public struct LedgerLoss: Hashable, Sendable {
    /// The end of the minute in which they were lost.
    public var at: WallTime
    /// RTP packets.
    public var packets: Int
    /// Frames that the disk was too slow for.
    public var frames: Int
}

/// What the ledger tells of each camera: rows that follow each other without overlap or hole.
public struct GapHistory: Sendable {
    private struct State {
        var run: Int
        var at: Instant
        var state: CameraState
        var detail: String
    }

    private var states: [String: [State]] = [:]
    private var rows: [String: [LedgerRow]] = [:]
    private var losses: [String: [LedgerLoss]] = [:]
    private var deletions: [String: WallTime] = [:]
    /// The start of the last recorder's run; nil if none ever ran.
    public private(set) var lastStart: Instant?

    /// Reads the lines in the order of the file.
    public init(_ entries: some Sequence<LedgerEntry>) {
        var run = 0
        for entry in entries {
            switch entry.kind {
            case .started:
                run += 1
                lastStart = entry.at
            case .state(let camera, let state, let detail):
                states[camera, default: []].append(
                    State(run: run, at: entry.at, state: state, detail: detail))
            case .loss(let camera, let packets, let frames):
                losses[camera, default: []].append(
                    LedgerLoss(at: entry.at.wall, packets: packets, frames: frames))
            case .deleted(let camera):
                deletions[camera] = max(deletions[camera] ?? entry.at.wall, entry.at.wall)
            }
        }
        for (camera, lines) in states {
            let ordered = Self.ordered(lines)
            states[camera] = ordered
            rows[camera] = Self.rows(ordered)
        }
    }

    /// Every camera that the ledger knows, in order.
    public var cameras: [String] { states.keys.sorted() }

    /// What held last for a camera.
    public func last(of camera: String) -> (state: CameraState, since: Instant)? {
        states[camera]?.last.map { ($0.state, $0.at) }
    }

    /// Packets and frames lost inside a camera's clips.
    public func losses(of camera: String) -> [LedgerLoss] { losses[camera] ?? [] }

    /// The start of the newest clip of a camera that was deleted to keep a limit.
    public func deletedUpTo(_ camera: String) -> WallTime? { deletions[camera] }

    /// A camera's rows in order; the last one has no end.
    public func rows(of camera: String) -> [LedgerRow] { rows[camera] ?? [] }

    private static func rows(_ states: [State]) -> [LedgerRow] {
        var rows: [LedgerRow] = []
        for (index, state) in states.enumerated() {
            let next = index + 1 < states.count ? states[index + 1] : nil
            let length = next.map { next in
                // Between two runs of the machine only the wall clock tells.
                next.run == state.run
                    ? next.at.monotonic - state.at.monotonic
                    : max(.zero, next.at.wall - state.at.wall)
            }
            if var last = rows.last, last.state == state.state, last.detail == state.detail,
                last.start <= state.at.wall
            {
                last.end = next?.at.wall
                last.length = length.flatMap { more in last.length.map { $0 + more } }
                rows[rows.count - 1] = last
            } else {
                rows.append(
                    LedgerRow(
                        state: state.state, detail: state.detail, start: state.at.wall,
                        end: next?.at.wall, length: length))
            }
        }
        return rows
    }

    /// The lines that a recorder's absence leaves out: each camera that was not ended in an orderly
    /// way has been without a recorder since `heartbeat`.
    public func absence(since heartbeat: Instant?) -> [LedgerEntry] {
        cameras.compactMap { camera in
            guard let last = states[camera]?.last, last.state != .disabled,
                last.state != .gap(.recorderNotRunning)
            else { return nil }
            // A heartbeat of an earlier run is older than what the ledger knows.
            let beat = heartbeat.map { $0 > last.at ? $0 : last.at } ?? last.at
            return LedgerEntry(
                at: beat,
                .state(camera: camera, .gap(.recorderNotRunning), detail: ""))
        }
    }

    /// Orders by time within a run; of two lines for one instant the later one holds.
    private static func ordered(_ lines: [State]) -> [State] {
        let indexed = lines.enumerated().sorted { a, b in
            (a.element.run, a.element.at.monotonic, a.offset)
                < (b.element.run, b.element.at.monotonic, b.offset)
        }
        var result: [State] = []
        for (_, line) in indexed {
            if let last = result.last, last.run == line.run, last.at == line.at {
                result.removeLast()
            }
            result.append(line)
        }
        return result
    }
}
