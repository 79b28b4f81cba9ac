import Platform

/// How long each camera's pictures were missing since the recorder started, by cause; a pure value.
///
/// The ledger may find out that a gap ended, or had another cause, some time ago. A number that was
/// told does not fall for that: it stands still until the truth has caught up with it.
struct GapCounter: Sendable {
    private struct Camera {
        var cause: LedgerCause?
        var since: MonotonicTime
        /// What is over.
        var past: [LedgerCause: Duration] = [:]
        var told: [LedgerCause: Duration] = [:]

        func missing(at now: MonotonicTime) -> [LedgerCause: Duration] {
            var missing = past
            if let cause, now > since { missing[cause, default: .zero] += now - since }
            return missing
        }
    }

    private let start: MonotonicTime
    private var cameras: [String: Camera] = [:]

    /// Counts from an instant on.
    init(start: MonotonicTime) { self.start = start }

    /// Goes over to what lines of the ledger say, in their order; what was before the start does not
    /// count.
    mutating func take(_ lines: [LedgerEntry]) {
        for line in lines {
            guard case .state(let name, let state, _) = line.kind else { continue }
            var camera = cameras[name] ?? Camera(since: start)
            let time = max(line.at.monotonic, camera.since)
            camera.past = camera.missing(at: time)
            (camera.cause, camera.since) = (state.cause, time)
            cameras[name] = camera
        }
    }

    /// What is missing of each camera by now.
    mutating func totals(at now: MonotonicTime) -> [String: [LedgerCause: Duration]] {
        for (name, camera) in cameras {
            cameras[name]?.told.merge(camera.missing(at: now)) { max($0, $1) }
        }
        return cameras.mapValues(\.told)
    }
}
