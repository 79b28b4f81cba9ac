import Platform

/// Follows all cameras of a volume and collects their gaps.
struct GapKeeper {
    /// While the disk is away gaps wait in memory; more than this many of the oldest are not kept.
    private static let maximumWaiting = 10_000

    /// When this run of the recorder began.
    let started: WallTime
    private var trackers: [String?: GapTracker] = [:]
    /// Up to when an earlier run tells of each camera.
    private var covered: [String?: WallTime] = [:]
    private var trouble: GapCause?
    private var new: [Gap] = []

    init(started: WallTime) { self.started = started }

    /// Takes up to when each camera is known of, before the first of its messages.
    mutating func know(_ covered: [String?: WallTime]) { self.covered = covered }

    mutating func take(_ message: IndexMessage, now: WallTime) {
        switch message {
        case .opened(let clip):
            trouble = nil
            follow(clip.camera) { $0.opened(clip) }
        case .ended(let clip, let end, let cause):
            let cause = cause == .diskFailing ? trouble ?? cause : cause
            follow(clip.camera) { tracker in
                tracker.ended(clip, at: end, cause)
                return nil
            }
        case .notRecorded(let camera, let cause, let detail, let time):
            let trouble = trouble
            follow(camera) { $0.note(trouble ?? cause, trouble == nil ? detail : "", at: time) }
        case .trouble(let cause, let time):
            trouble = GapCause(cause)
            for camera in trackers.keys {
                follow(camera) { $0.note(GapCause(cause), "", at: time) }
            }
        case .stop:
            for camera in trackers.keys { follow(camera) { $0.finish(at: now) } }
        case .mounted, .unmounted, .look, .deleted: break
        }
    }

    /// Takes the gaps that were found since the last call.
    mutating func takeNew() -> [Gap] {
        defer { new = [] }
        return new
    }

    private mutating func follow(_ camera: String?, _ body: (inout GapTracker) -> Gap?) {
        var tracker =
            trackers[camera]
            ?? GapTracker(camera: camera, covered: covered[camera], started: started)
        if let gap = body(&tracker) { new.append(gap) }
        trackers[camera] = tracker
        if new.count > Self.maximumWaiting { new.removeFirst(new.count - Self.maximumWaiting) }
    }
}
