/// One medium that was set up: where its packets come in, and what came.
struct MediaTrack {
    /// The payload type that the camera writes.
    let payloadType: UInt8
    /// The payload type that the demuxer expects.
    let mappedPayloadType: UInt8
    /// The interleaved channels; nil over UDP.
    let channels: TransportHeader.Pair<UInt8>?
    /// The sockets; nil over TCP.
    let sockets: UDPSocketPair?
    /// What came.
    var reception: Reception

    init(
        _ medium: MediaDescription, mappedPayloadType: UInt8,
        channels: TransportHeader.Pair<UInt8>? = nil, sockets: UDPSocketPair? = nil
    ) {
        payloadType = medium.payloadType
        self.mappedPayloadType = mappedPayloadType
        self.channels = channels
        self.sockets = sockets
        reception = Reception(clockRate: medium.clockRate)
    }
}
