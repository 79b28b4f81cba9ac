import AVRemux
import Archive
import Console
import Platform

/// Counts and notices.
extension RecorderDesk {
    func counters() async -> RecorderCounters {
        var counters = parts.announcer.tally.counters
        for (camera, packets) in board.packets { counters.packets[camera] = packets }
        counters.gapSeconds = gapSeconds
        counters.liveViewers = pictures.live.viewers
        counters.liveDroppedFragments = pictures.live.skippedFragments
        return counters
    }

    func sendTestNotice() async throws(RecorderFailure) -> [NoticeResult] {
        try await parts.announcer.sendTest()
    }

    /// Of each camera in the settings, causes that never held included: a counter that begins at 0 is
    /// one whose first second is seen.
    private var gapSeconds: [String: [String: Double]] {
        let missing = parts.archive.gaps.keeper.missing
        var seconds: [String: [String: Double]] = [:]
        for camera in board.facts.settings.cameras.map(\.recording.name) {
            for cause in LedgerCause.allCases {
                seconds[camera, default: [:]][cause.rawValue] =
                    missing[camera]?[cause]?.seconds ?? 0
            }
        }
        return seconds
    }
}
