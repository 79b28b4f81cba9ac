public import Platform

/// One RTP or RTCP packet as it lies in the receive buffer.
public struct ReceivedPacket {
    /// The medium it belongs to: an index into `SessionFacts.chosen`.
    public var mediaIndex: Int
    /// True for RTCP, false for RTP.
    public var isRTCP: Bool
    /// The packet without any framing; valid until the next call of the client.
    public var bytes: UnsafeRawBufferPointer
    /// When it was taken from the network.
    public var arrival: MonotonicTime
    /// The number of RTP packets that are missing before this one by their sequence numbers.
    public var lostBefore: Int
    /// True if the sender of the medium is another one than before: it has restarted.
    public var ssrcChanged: Bool
}

/// What a session has counted since it was opened.
public struct SessionStatistics: Equatable, Sendable {
    /// Bytes taken from the network, of every kind.
    public var bytes = 0
    /// RTP packets delivered.
    public var packets = 0
    /// RTP packets that never came, by their sequence numbers.
    public var lost = 0
    /// RTP packets that came late and could be put into order (UDP), or came twice or backwards.
    public var reordered = 0
    /// Times the interleaved stream had to be searched for the next packet.
    public var desyncs = 0
    /// Bytes skipped in these searches.
    public var skippedBytes = 0
}
