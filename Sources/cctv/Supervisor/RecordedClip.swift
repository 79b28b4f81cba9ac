import Archive
import Platform

/// A clip between its camera and the archive, and what the gap ledger hears of it.
struct RecordedClip {
    let handle: ClipHandle
    let start: Instant
    private let gaps: GapReporter
    private let camera: String
    /// Whether the last fragment found no room.
    private var isRefusing = false

    init(_ handle: ClipHandle, start: Instant, camera: String, gaps: GapReporter) {
        self.handle = handle
        self.start = start
        self.gaps = gaps
        self.camera = camera
    }

    /// Notes whether the fragment whose first picture came at `time` was taken.
    mutating func note(taken: Bool, at time: WallTime) {
        guard taken == isRefusing else { return }
        isRefusing = !taken
        let from = start.called(time)
        gaps.keeper.tell(
            taken ? .accepted(from: from) : .refused(from: from, isSlow: handle.isOpen),
            of: camera)
    }
}
