internal import AVRemux

/// A media file cut into RTP packets, ready to be played by any number of fake cameras.
public struct Media: Sendable {
    let packets: PacketizedMedia
    private let source: RTPPacketizer.Source
    private let name: String
    private let options: RTPPacketizer.Options
    /// Tells one media from another, however often it is copied.
    let identity = Identity()

    final class Identity: Sendable {}

    /// Reads a media file and cuts it into RTP packets.
    ///
    /// Each H.264 or H.265 access unit gets a frame ledger mark (see `FrameLedger`).
    /// - Parameters:
    ///   - path: any file libavformat can read, with at most one video and one audio stream.
    ///   - packetSize: the most bytes of an RTP packet with its header, at least 200.
    ///   - latm: sends AAC as MP4A-LATM (RFC 6416) instead of mpeg4-generic (RFC 3640).
    /// - Throws: `FakeCameraError.media` with libavformat's reason.
    public init(
        path: String, packetSize: Int = 1_440, latm: Bool = false
    ) throws(FakeCameraError) {
        try self.init(.file(path), name: path, packetSize: packetSize, latm: latm)
    }

    /// Reads a media file that lies in memory and cuts it into RTP packets.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - name: what the media is called in an error.
    /// - Throws: `FakeCameraError.media` with libavformat's reason.
    public init(
        bytes: [UInt8], name: String, packetSize: Int = 1_440, latm: Bool = false
    ) throws(FakeCameraError) {
        try self.init(.memory(bytes), name: name, packetSize: packetSize, latm: latm)
    }

    private init(
        _ source: RTPPacketizer.Source, name: String, packetSize: Int, latm: Bool
    ) throws(FakeCameraError) {
        var options = RTPPacketizer.Options()
        options.packetSize = packetSize
        options.latm = latm
        options.h264Mark = FrameLedger.h264
        options.h265Mark = FrameLedger.h265
        options.markIdentifier = FrameLedger.identifier
        try self.init(source, name: name, options: options)
    }

    private init(
        _ source: RTPPacketizer.Source, name: String, options: RTPPacketizer.Options
    ) throws(FakeCameraError) {
        do {
            packets = try RTPPacketizer.packetize(source, options: options)
        } catch {
            throw .media(name, reason: "\(error)")
        }
        self.source = source
        self.name = name
        self.options = options
    }

    /// Returns the same media with its parameter sets in the SDP only.
    func withoutInBandParameterSets() throws(FakeCameraError) -> Media {
        var options = options
        options.inBandParameterSets = false
        return try Media(source, name: name, options: options)
    }

    /// How long one loop takes: the duration of the video, or of the audio where there is no video.
    public var duration: Duration { packets.duration }

    /// How many video frames one loop has.
    public var videoFrameCount: Int {
        packets.frames.count { packets.streams[$0.stream].kind == .video }
    }
}
