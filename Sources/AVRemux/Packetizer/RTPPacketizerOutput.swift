internal import CFFmpeg

/// One stream of a file on its way through libavformat's `rtp` muxer.
final class RTPPacketizerOutput {
    typealias Failure = RTPPacketizer.Failure

    /// The packets of one RTP timestamp.
    struct CutFrame {
        /// Presentation time in the file, in ticks of the stream's clock.
        var timestamp: Int64
        /// Decoding time in the file, in ticks of 1/90000 s.
        var due: Int64
        var isKey: Bool
        var isIDR: Bool
        var packets: [[UInt8]]
    }

    let index: Int
    let number: Int
    private(set) var cutFrames: [CutFrame] = []
    let clockRate: Int
    /// The end of the last frame in the file, in ticks of 1/90000 s.
    private(set) var endTicks: Int64 = 0
    private let sourceBase: AVRational
    private let codec: String
    private let payloadType: Int64
    private let builder: AccessUnitBuilder?
    private let identifier: [UInt8]
    private let kind: PacketizedMedia.Kind
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private var io: UnsafeMutablePointer<AVIOContext>?
    private let collector = Collector()
    private var lastSound: UnsafeMutablePointer<AVPacket>?
    /// What the muxer adds to each timestamp: random, the same for the whole stream.
    private var timestampBase: UInt32?

    private final class Collector {
        var packets: [[UInt8]] = []
    }

    init(
        stream: UnsafeMutablePointer<AVStream>, index: Int, number: Int,
        options: RTPPacketizer.Options
    ) throws(Failure) {
        self.index = index
        self.number = number
        identifier = options.markIdentifier
        sourceBase = stream.pointee.time_base
        guard let parameters = UnsafePointer(stream.pointee.codecpar) else {
            throw Failure(reason: "stream \(index) has no description")
        }
        kind = parameters.pointee.codec_type == AVMEDIA_TYPE_VIDEO ? .video : .audio
        codec = String(cString: avcodec_get_name(parameters.pointee.codec_id))
        payloadType = Self.payloadType(parameters.pointee)
        builder = try AccessUnitBuilder(parameters: parameters, options: options)
        let size = Int32(max(200, options.packetSize))
        let made = try Self.openMuxer(
            parameters, timeBase: sourceBase, packetSize: size, payloadType: payloadType,
            flags: options.latm ? "skip_rtcp+latm" : "skip_rtcp", collector: collector)
        context = made.context
        io = made.context.pointee.pb
        clockRate = made.clockRate
    }

    /// Opens the muxer; what it cuts goes to the collector, which must outlive it.
    private static func openMuxer(
        _ parameters: UnsafePointer<AVCodecParameters>, timeBase: AVRational, packetSize: Int32,
        payloadType: Int64, flags: String, collector: Collector
    ) throws(Failure) -> (context: UnsafeMutablePointer<AVFormatContext>, clockRate: Int) {
        var made: UnsafeMutablePointer<AVFormatContext>?
        var status = avformat_alloc_output_context2(&made, nil, "rtp", nil)
        guard status >= 0, let context = made else {
            throw Failure("avformat_alloc_output_context2", status)
        }
        guard let output = avformat_new_stream(context, nil) else {
            throw Failure(reason: "out of memory")
        }
        avcodec_parameters_copy(output.pointee.codecpar, parameters)
        output.pointee.time_base = timeBase
        let io = avio_alloc_context(
            av_malloc(Int(packetSize))?.assumingMemoryBound(to: UInt8.self), packetSize, 1,
            Unmanaged.passUnretained(collector).toOpaque(), nil,
            { opaque, bytes, count in
                guard let opaque, let bytes else { return -1 }
                Unmanaged<Collector>.fromOpaque(opaque).takeUnretainedValue().packets
                    .append([UInt8](UnsafeBufferPointer(start: bytes, count: Int(count))))
                return count
            }, nil)
        io?.pointee.max_packet_size = packetSize
        context.pointee.pb = io
        context.pointee.packet_size = UInt32(packetSize)
        // One frame of sound per packet, as cameras send it.
        context.pointee.max_delay = 0
        av_opt_set(context.pointee.priv_data, "rtpflags", flags, 0)
        av_opt_set_int(context.pointee.priv_data, "payload_type", payloadType, 0)
        status = avformat_write_header(context, nil)
        guard status >= 0 else { throw Failure("avformat_write_header(rtp)", status) }
        return (context, Int(output.pointee.time_base.den))
    }

    /// The static payload types of RFC 3551 where there is one; else 96 for video, 97 for audio.
    private static func payloadType(_ parameters: AVCodecParameters) -> Int64 {
        let mono8k = parameters.sample_rate == 8_000 && parameters.ch_layout.nb_channels == 1
        switch parameters.codec_id {
        case AV_CODEC_ID_PCM_MULAW where mono8k: return 0
        case AV_CODEC_ID_PCM_ALAW where mono8k: return 8
        case AV_CODEC_ID_MJPEG: return 26
        default: return parameters.codec_type == AVMEDIA_TYPE_VIDEO ? 96 : 97
        }
    }

    deinit {
        av_packet_free(&lastSound)
        // The muxer gives its packet buffer back only in the trailer.
        if context != nil { av_write_trailer(context) }
        // The buffer may have been replaced by libavformat since it was handed over.
        if let io { av_freep(&io.pointee.buffer) }
        avio_context_free(&io)
        avformat_free_context(context)
    }

    /// The stream's facts and its section of an SDP.
    func description() throws(Failure) -> PacketizedMedia.Stream {
        let size = 1 << 14
        let sdp = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
            var contexts = [context]
            text.initialize(repeating: 0)
            guard let base = text.baseAddress,
                av_sdp_create(&contexts, 1, base, Int32(size)) >= 0
            else { return "" }
            return String(cString: base)
        }
        let lines = sdp.split(whereSeparator: \.isNewline).drop { !$0.hasPrefix("m=") }
            .filter { !$0.hasPrefix("a=control:") }
        guard !lines.isEmpty else { throw Failure(reason: "RTP has no format for \(codec)") }
        return PacketizedMedia.Stream(
            kind: kind, codec: codec, payloadType: UInt8(payloadType), clockRate: clockRate,
            section: lines.map { $0 + "\r\n" }.joined())
    }

    func write(_ packet: UnsafeMutablePointer<AVPacket>) throws(Failure) {
        let ticks = AVRational(num: 1, den: 90_000)
        if packet.pointee.pts == AV_NOPTS_VALUE { packet.pointee.pts = packet.pointee.dts }
        let decoding = av_rescale_q(packet.pointee.dts, sourceBase, ticks)
        let duration = av_rescale_q(packet.pointee.duration, sourceBase, ticks)
        endTicks = decoding + duration
        let isKey = packet.pointee.flags & AV_PKT_FLAG_KEY != 0
        let isIDR = try builder?.rebuild(packet) ?? false
        av_packet_rescale_ts(packet, sourceBase, AVRational(num: 1, den: Int32(clockRate)))
        packet.pointee.stream_index = 0
        if kind == .audio { keepCopy(of: packet) }
        let presentation = packet.pointee.pts
        let status = av_write_frame(context, packet)
        guard status >= 0 else { throw Failure("av_write_frame(rtp)", status) }
        collect(
            presentation: presentation, decoding: decoding, isKey: isKey, isIDR: isIDR)
    }

    private func keepCopy(of packet: UnsafeMutablePointer<AVPacket>) {
        av_packet_free(&lastSound)
        lastSound = av_packet_clone(packet)
    }

    /// Makes the muxer give out the sound that it holds back until the next frame comes.
    func finish() throws(Failure) {
        guard let lastSound else { return }
        lastSound.pointee.pts += max(1, lastSound.pointee.duration)
        lastSound.pointee.dts = lastSound.pointee.pts
        let end = lastSound.pointee.pts
        let status = av_write_frame(context, lastSound)
        guard status >= 0 else { throw Failure("av_write_frame(rtp)", status) }
        collect(presentation: end, decoding: endTicks, isKey: true, isIDR: false)
        cutFrames.removeAll { $0.timestamp >= end }
    }

    private func collect(presentation: Int64, decoding: Int64, isKey: Bool, isIDR: Bool) {
        for packet in collector.packets {
            let stamp = packet[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let base = timestampBase ?? stamp &- UInt32(truncatingIfNeeded: presentation)
            timestampBase = base
            // Files are shorter than half the 32-bit range, so the difference is the time itself.
            let timestamp = Int64(Int32(bitPattern: stamp &- base))
            if cutFrames.last?.timestamp == timestamp {
                cutFrames[cutFrames.count - 1].packets.append(packet)
                continue
            }
            let due = kind == .video ? decoding : timestamp * 90_000 / Int64(clockRate)
            cutFrames.append(
                CutFrame(
                    timestamp: timestamp, due: due, isKey: isKey, isIDR: isIDR, packets: [packet]))
        }
        collector.packets.removeAll()
    }

    /// Returns where the mark's numbers begin in the bytes of a frame.
    func mark(in bytes: ArraySlice<UInt8>) -> Int? {
        guard !identifier.isEmpty, kind == .video, bytes.count >= identifier.count else {
            return nil
        }
        return (bytes.startIndex...bytes.endIndex - identifier.count)
            .first { bytes[$0...].starts(with: identifier) }
            .map { $0 + identifier.count }
    }
}
