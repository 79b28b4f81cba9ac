internal import Platform

/// Tells the outside world about a session without flooding it.
///
/// What may happen to every packet is reported once a second. Lives on the camera's thread.
struct SessionReporter {
    private let report: (CameraEvent) -> Void
    private let update: ((inout CameraStatus) -> Void) -> Void
    private var lastReport: MonotonicTime
    private var lost = 0
    private var dropped = DroppedFrames()
    private var repairs = TimeRepairs()
    private var reportedRepairs = TimeRepairs()
    private var wasShedding = false

    init(
        now: MonotonicTime, report: @escaping (CameraEvent) -> Void,
        update: @escaping ((inout CameraStatus) -> Void) -> Void
    ) {
        lastReport = now
        self.report = report
        self.update = update
    }

    /// Reports at once.
    func tell(_ event: CameraEvent) { report(event) }

    /// Changes the camera's status.
    func set(_ change: (inout CameraStatus) -> Void) { update(change) }

    /// Counts a frame and what went wrong around it.
    mutating func count(
        frameBytes: Int, packets: Int, lostPackets: Int, repairs total: TimeRepairs,
        droppedFrames: DroppedFrames,
        isShedding: Bool, now: MonotonicTime
    ) {
        let newRepairs = total.total - repairs.total
        repairs = total
        lost += lostPackets
        dropped = dropped + droppedFrames
        update {
            $0.frames += 1
            $0.bytes += UInt64(frameBytes)
            $0.lastVideo = now
            $0.packets += UInt64(packets)
            $0.lostPackets += UInt64(lostPackets)
            $0.timeRepairs += UInt64(clamping: newRepairs)
            $0.droppedFrames += UInt64(droppedFrames.late + droppedFrames.refused)
        }
        if now - lastReport >= .seconds(1) { flush(isShedding: isShedding, now: now) }
    }

    /// Counts frames that were dropped when the last clip ended.
    mutating func count(droppedFrames: DroppedFrames) {
        dropped = dropped + droppedFrames
        update { $0.droppedFrames += UInt64(droppedFrames.late + droppedFrames.refused) }
    }

    /// Reports what has gathered.
    mutating func flush(isShedding: Bool, now: MonotonicTime) {
        lastReport = now
        if lost > 0 { report(.packetsLost(lost)) }
        if dropped.refused > 0 { report(.framesRefused(dropped.refused)) }
        if dropped.late > 0 {
            report(.framesDropped(dropped.late))
            wasShedding = true
        } else if wasShedding, !isShedding {
            report(.diskCaughtUp)
            wasShedding = false
        }
        var fresh = repairs
        fresh.nudged -= reportedRepairs.nudged
        fresh.outliers -= reportedRepairs.outliers
        fresh.filled -= reportedRepairs.filled
        if fresh.total > 0 { report(.timeRepaired(fresh)) }
        reportedRepairs = repairs
        lost = 0
        dropped = DroppedFrames()
    }
}
