/// Puts pictures together again that libavformat has cut apart.
///
/// libavformat begins an access unit at every parameter set, as ITU-T H.264 7.4.1.2.3 allows; some
/// senders repeat the sets before each slice of a key frame. A sample of MP4 is a whole picture.
struct PictureJoiner {
    private let codec: ParameterSets.Codec?
    private var latest: Packet?

    /// - Parameter codec: nil for codecs without slices, whose packets are all pictures.
    init(codec: ParameterSets.Codec?) { self.codec = codec }

    /// Adds a packet's slices to the packet before it, if they are of the same picture.
    ///
    /// - Returns: whether they were; the packet is then done with.
    mutating func joins(_ packet: Packet) throws(AVError) -> Bool {
        guard let codec else { return false }
        if let latest, isSameTime(packet.pts, latest.pts),
            let start = SliceStart.continuation(in: packet.bytes, codec: codec)
        {
            // Parameter sets do not change within a picture: only the slices are new.
            try latest.append(UnsafeRawBufferPointer(rebasing: packet.bytes[start...]))
            return true
        }
        latest = packet
        return false
    }

    /// libavformat knows no time for some parts, the first packet of a session among them.
    private func isSameTime(_ a: Int64?, _ b: Int64?) -> Bool { a == nil || b == nil || a == b }
}
