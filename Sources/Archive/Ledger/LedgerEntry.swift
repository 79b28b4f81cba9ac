import FoundationEssentials
public import Platform

/// A line of the gap ledger: from an instant on, something holds.
///
/// A line says what begins, never what ended, so a line that was lost or torn costs a cause and no
/// second: what is in no clip is missing either way. Of two lines for the same instant the later
/// one holds, and a line may speak of a time before that of the line above it.
public struct LedgerEntry: Hashable, Sendable {
    /// What a line tells.
    public enum Kind: Hashable, Sendable {
        /// A recorder begins its run: what follows was measured by its clocks.
        case started
        /// A camera's pictures go this way from now on; the detail is a sentence, or empty.
        case state(camera: String, CameraState, detail: String)
        /// So many packets and frames were lost in the minute that ends here; clips go on.
        case loss(camera: String, packets: Int, frames: Int)
        /// The camera's clips up to this time were deleted, as the limits demand.
        case deleted(camera: String)
    }

    /// From when on it holds.
    public var at: Instant
    /// What holds.
    public var kind: Kind

    /// A line for an instant.
    public init(at: Instant, _ kind: Kind) {
        self.at = at
        self.kind = kind
    }

    /// Whose line it is; nil if it is all cameras'.
    public var camera: String? {
        switch kind {
        case .started: nil
        case .state(let camera, _, _), .loss(let camera, _, _), .deleted(let camera): camera
        }
    }
}

extension LedgerEntry {
    /// The members of a line's object.
    private struct Line: Codable {
        var at: String?
        var wall_ns: Int64
        var monotonic_ns: Int64
        var camera: String?
        var state: String?
        var detail: String?
        var packets: Int?
        var frames: Int?
        var event: String?
    }

    /// The line, with its line break.
    public var line: [UInt8] {
        var line = Line(
            at: at.wall.utcText, wall_ns: at.wall.nanoseconds,
            monotonic_ns: at.monotonic.nanoseconds, camera: camera)
        switch kind {
        case .started: line.event = "started"
        case .deleted: line.event = "deleted"
        case .state(_, let state, let detail):
            line.state = state.rawValue
            line.detail = detail.isEmpty ? nil : detail
        case .loss(_, let packets, let frames):
            (line.event, line.packets, line.frames) = ("loss", packets, frames)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(line)) ?? Data()) + [UInt8(ascii: "\n")]
    }

    /// Reads a line without its line break; nil if it is torn or of a kind not known.
    public init?(line bytes: some Sequence<UInt8>) {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else {
            return nil
        }
        at = Instant(
            wall: WallTime(nanoseconds: line.wall_ns),
            monotonic: MonotonicTime(nanoseconds: line.monotonic_ns))
        switch (line.event, line.camera, line.state) {
        case ("started", _, _): kind = .started
        case ("deleted", let camera?, _): kind = .deleted(camera: camera)
        case ("loss", let camera?, _):
            kind = .loss(camera: camera, packets: line.packets ?? 0, frames: line.frames ?? 0)
        case (nil, let camera?, let state?):
            kind = .state(
                camera: camera, CameraState(rawValue: state), detail: line.detail ?? "")
        default: return nil
        }
    }
}
