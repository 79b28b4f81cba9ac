import Console

/// Counts and notices.
extension RecorderDesk {
    func counters() async -> RecorderCounters {
        var counters = parts.announcer.tally.counters
        for (camera, packets) in board.packets { counters.packets[camera] = packets }
        counters.liveViewers = pictures.live.viewers
        counters.liveDroppedFragments = pictures.live.skippedFragments
        return counters
    }

    func sendTestNotice() async throws(RecorderFailure) -> [NoticeResult] {
        try await parts.announcer.sendTest()
    }
}
