internal import Platform

/// Which medium a packet belongs to.
struct PacketRoute {
    var track: Int
    var isRTCP: Bool
}

extension RTSPClient {
    /// Returns whose packet came on an interleaved channel; nil if nobody's.
    ///
    /// Cameras answer SETUP with channels they then do not use, or give two media the same ones;
    /// the payload type then decides.
    func route(_ packet: UnsafeMutableRawBufferPointer, on channel: UInt8) -> PacketRoute? {
        guard packet.count >= 8 else { return nil }
        // RFC 5761 4: on a shared channel these second bytes belong to RTCP.
        let isRTCP = (192...223).contains(packet[1])
        let type = packet[1] & 0x7F
        if isRTCP {
            return track { $0.channels?.rtcp == channel || $0.channels?.rtp == channel }
                .map { PacketRoute(track: $0, isRTCP: true) }
        }
        let owner =
            track { $0.channels?.rtp == channel && $0.payloadType == type }
            ?? track { $0.payloadType == type }
        return (owner ?? track { $0.channels?.rtp == channel })
            .map { PacketRoute(track: $0, isRTCP: false) }
    }

    private func track(where condition: (MediaTrack) -> Bool) -> Int? {
        for index in tracks.indices where condition(tracks[index]) { return index }
        return nil
    }

    /// Counts a packet and gives it the payload type that the demuxer expects.
    ///
    /// - Returns: nil if it is no packet at all.
    /// - Throws: `closed` if it says that the video ends.
    mutating func accept(
        _ packet: UnsafeMutableRawBufferPointer, _ route: PacketRoute, at arrival: MonotonicTime
    ) throws(RTSPError) -> ReceivedPacket? {
        var received = ReceivedPacket(
            mediaIndex: route.track, isRTCP: route.isRTCP, bytes: UnsafeRawBufferPointer(packet),
            arrival: arrival, lostBefore: 0, ssrcChanged: false)
        guard !route.isRTCP else {
            try read(RTCPReader(received.bytes), of: route.track, at: arrival)
            return received
        }
        guard let header = RTPHeader(received.bytes) else { return nil }
        packet[1] = packet[1] & 0x80 | tracks[route.track].mappedPayloadType
        let (verdict, changed) = tracks[route.track].reception.register(header, at: arrival)
        received.ssrcChanged = changed
        control.statistics.packets += 1
        switch verdict {
        case .inOrder(let lost): received.lostBefore = lost
        case .late: control.statistics.reordered += 1
        // How many are missing is unknown, but something is.
        case .restarted: received.lostBefore = 1
        }
        control.statistics.lost += received.lostBefore
        return received
    }

    private mutating func read(
        _ rtcp: RTCPReader, of track: Int, at arrival: MonotonicTime
    ) throws(RTSPError) {
        let source = tracks[track].reception.source
        if let report = rtcp.senderReport, report.source == source {
            tracks[track].reception.register(report, at: arrival)
        }
        if track == 0, let source, rtcp.farewells.contains(source) { throw .closed }
    }
}
