internal import CFFmpeg
import Glibc
internal import Platform
internal import RTSP

/// The one owner of libavformat's view of a session: RTP packets in, access units out.
///
/// Cannot leave the thread that opened it. The packets come from a `PacketFeed`; libavformat's
/// `sdp` demuxer opens no file and no socket itself (`sdp_flags=custom_io`).
struct SDPDemuxer: ~Copyable {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let io: UnsafeMutablePointer<AVIOContext>
    private let feed: PacketFeed

    /// RTP packets are at most this long (a 16-bit length in RFC 2326 10.12).
    private static let packetSize: Int32 = 1 << 16

    /// What libavcodec may be asked to read; anything else in an SDP stays undecoded.
    private static let codecs =
        "h264,hevc,mjpeg,aac,aac_latm,pcm_alaw,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_u8,pcm_s24be,"
        + "g722,adpcm_g722,g726,g726le,adpcm_g726,adpcm_g726le,opus,libopus,mp3,mp3float,mp2,"
        + "mp2float,ac3,ac3_fixed,vorbis,amrnb,amrwb,ilbc,gsm,gsm_ms,g723_1,g729,speex,libspeex"

    private init(
        adopting context: UnsafeMutablePointer<AVFormatContext>,
        io: UnsafeMutablePointer<AVIOContext>, feed: PacketFeed
    ) {
        self.context = context
        self.io = io
        self.feed = feed
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
        av_freep(&io.pointee.buffer)
        var io: UnsafeMutablePointer<AVIOContext>? = io
        avio_context_free(&io)
    }

    /// Opens the session's description and reads packets until every stream is known.
    ///
    /// Packets that are read here are not lost: `read(into:)` gives them first.
    ///
    /// - Parameter isReordering: whether packets can overtake each other (UDP).
    static func open(
        feed: PacketFeed, isReordering: Bool
    ) throws(SessionEnd) -> SDPDemuxer {
        let demuxer = try endingSession { () throws(AVError) in
            try openDescription(feed: feed, isReordering: isReordering)
        }
        // libavformat writes receiver reports to the context it reads from. In writing mode reads
        // go past the buffer, which saves a copy, and the reports, which the RTSP client sends
        // itself, cannot spoil it.
        demuxer.io.pointee.write_flag = 1
        demuxer.io.pointee.buf_ptr = demuxer.io.pointee.buffer
        demuxer.io.pointee.buf_end = demuxer.io.pointee.buffer + Int(Self.packetSize)
        demuxer.io.pointee.eof_reached = 0
        feed.isPastDescription = true
        let status = avformat_find_stream_info(demuxer.context, nil)
        if let failure = feed.failure { throw .failed(failure) }
        guard status >= 0 else {
            throw .libav(AVError(code: status, call: "avformat_find_stream_info"))
        }
        return demuxer
    }

    private static func openDescription(
        feed: PacketFeed, isReordering: Bool
    ) throws(AVError) -> SDPDemuxer {
        let buffer = try check(av_malloc(Int(packetSize)), "av_malloc")
        let io = try check(
            avio_alloc_context(
                buffer.assumingMemoryBound(to: UInt8.self), packetSize, 0,
                Unmanaged.passUnretained(feed).toOpaque(),
                { opaque, buffer, size in
                    guard let opaque else { return AVERROR_EOF }
                    let feed = Unmanaged<PacketFeed>.fromOpaque(opaque).takeUnretainedValue()
                    return feed.read(
                        into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)))
                }, { _, _, size in size }, nil), "avio_alloc_context")
        // One packet to a call, so the buffer must take the longest one every time.
        io.pointee.max_packet_size = packetSize
        var context = avformat_alloc_context()
        guard let opened = context else {
            av_freep(&io.pointee.buffer)
            av_free(io)
            throw AVError(code: AVERROR(ENOMEM), call: "avformat_alloc_context")
        }
        opened.pointee.pb = io
        opened.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        var options = Self.options(isReordering: isReordering)
        defer { av_dict_free(&options) }
        let status = avformat_open_input(&context, nil, av_find_input_format("sdp"), &options)
        guard status >= 0, let context else {
            let error = AVError(code: status, call: "avformat_open_input")
            av_freep(&io.pointee.buffer)
            av_free(io)
            throw error
        }
        let demuxer = SDPDemuxer(adopting: context, io: io, feed: feed)
        // An option that nobody took is one that does not work.
        if let left = av_dict_get(options, "", nil, AV_DICT_IGNORE_SUFFIX) {
            throw AVError(
                code: AVERROR(EINVAL), call: "avformat_open_input",
                detail: "unknown option \(String(cString: left.pointee.key))")
        }
        return demuxer
    }

    private static func options(isReordering: Bool) -> OpaquePointer? {
        var options: OpaquePointer?
        let values = [
            "sdp_flags": "custom_io",
            "allowed_media_types": "video+audio",
            "reorder_queue_size": isReordering ? "500" : "0",
            "max_delay": "500000",
            "protocol_whitelist": "none",
            "format_whitelist": "sdp",
            "codec_whitelist": codecs,
            "fpsprobesize": "0",
            "max_ts_probe": "0",
            "analyzeduration": "1000000",
            "probesize": "5000000",
            "max_streams": "4",
            "correct_ts_overflow": "0",
        ]
        for (key, value) in values { av_dict_set(&options, key, value, 0) }
        return options
    }

    /// Reads the next access unit or audio packet.
    ///
    /// - Throws: why the session is over; the context gives nothing after that.
    mutating func read() throws(SessionEnd) -> Packet {
        let packet: Packet
        do { packet = try Packet() } catch { throw .libav(error) }
        while true {
            let status = av_read_frame(context, packet.pointer)
            if status >= 0 {
                if packet.streamIndex == 0 { feed.notePicture() }
                guard let failure = feed.failure else { return packet }
                // At the end libavformat gives what was begun of the last frame as if it were whole.
                let index = packet.streamIndex
                if feed.media.indices.contains(index), feed.media[index].lastHadMarker {
                    return packet
                }
                throw .failed(failure)
            }
            if let failure = feed.failure { throw .failed(failure) }
            guard status == AVERROR(EAGAIN) else {
                throw .libav(AVError(code: status, call: "av_read_frame"))
            }
        }
    }

    /// The number of streams that are media of the session; libavformat may find more in these.
    private var streamCount: Int { min(Int(context.pointee.nb_streams), feed.media.count) }

    /// Returns the index of the first stream of a kind.
    func firstStream(_ kind: AVMediaType) -> Int? {
        (0..<streamCount).first { stream($0)?.pointee.codecpar.pointee.codec_type == kind }
    }

    /// Copies what is known of a stream.
    func parameters(ofStream index: Int) throws(AVError) -> StreamParameters {
        guard let parameters = stream(index)?.pointee.codecpar else {
            throw AVError(code: AVERROR(EINVAL), call: "avformat_find_stream_info")
        }
        return try StreamParameters(copying: parameters)
    }

    /// Ticks per second of a stream's time stamps.
    func timescale(ofStream index: Int) -> Int64 {
        guard let base = stream(index)?.pointee.time_base, base.num == 1 else { return 90_000 }
        return Int64(base.den)
    }

    /// The frame rate that the stream itself declares; zero when it does not.
    func declaredFrameRate(ofStream index: Int) -> Double {
        guard let rate = stream(index)?.pointee.avg_frame_rate, rate.den > 0 else { return 0 }
        return Double(rate.num) / Double(rate.den)
    }

    /// How many packets may precede another in decoding order only.
    func reorderDepth(ofStream index: Int) -> Int {
        Int(stream(index)?.pointee.codecpar.pointee.video_delay ?? 0)
    }

    private func stream(_ index: Int) -> UnsafeMutablePointer<AVStream>? {
        (0..<streamCount).contains(index) ? context.pointee.streams[index] : nil
    }
}
