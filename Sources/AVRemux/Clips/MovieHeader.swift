internal import CFFmpeg

/// Makes the boxes that describe a clip's tracks before its first fragment.
///
/// libavformat's mp4 muxer knows the sample entry of every codec; only its header is used, because
/// the fragments, their times and their order on the disk are this project's own business.
enum MovieHeader {
    /// The timescale of every video track (RFC 6184 8.2.1: RTP's video clock).
    static let videoTimescale: Int64 = 90_000

    /// Returns an `ftyp` and a `moov` box (ISO/IEC 14496-12 4.3, 8.2.1) with an `mvex`.
    ///
    /// Track 1 is the video, track 2 the audio.
    static func make(
        video: StreamParameters, audio: StreamParameters?
    ) throws(AVError) -> [UInt8] {
        var made: UnsafeMutablePointer<AVFormatContext>?
        try check(
            avformat_alloc_output_context2(&made, nil, "mp4", nil),
            "avformat_alloc_output_context2")
        let context = try check(made, "avformat_alloc_output_context2")
        defer { avformat_free_context(context) }
        try check(avio_open_dyn_buf(&context.pointee.pb), "avio_open_dyn_buf")
        let status = writeHeader(context, video: video, audio: audio)
        var buffer: UnsafeMutablePointer<UInt8>?
        let size = avio_close_dyn_buf(context.pointee.pb, &buffer)
        context.pointee.pb = nil
        defer { av_free(buffer) }
        try check(status, "avformat_write_header")
        return [UInt8](UnsafeBufferPointer(start: buffer, count: Int(size)))
    }

    private static func writeHeader(
        _ context: UnsafeMutablePointer<AVFormatContext>, video: StreamParameters,
        audio: StreamParameters?
    ) -> Int32 {
        let tag = video.codec == AV_CODEC_ID_HEVC ? fourCC("hvc1") : 0
        var status = addTrack(to: context, video, timescale: Int32(videoTimescale), tag: tag)
        if status >= 0, let audio {
            status = addTrack(to: context, audio, timescale: Int32(audio.sampleRate), tag: 0)
        }
        guard status >= 0 else { return status }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "movflags", "empty_moov+default_base_moof+frag_custom", 0)
        av_dict_set(&options, "video_track_timescale", "90000", 0)
        av_dict_set(&options, "use_editlist", "0", 0)
        // The same stream makes the same bytes, so that a clip can be compared with another.
        av_dict_set(&options, "fflags", "+bitexact", 0)
        return avformat_write_header(context, &options)
    }

    private static func addTrack(
        to context: UnsafeMutablePointer<AVFormatContext>, _ parameters: StreamParameters,
        timescale: Int32, tag: UInt32
    ) -> Int32 {
        guard let stream = avformat_new_stream(context, nil) else { return AVERROR(ENOMEM) }
        let status = avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer)
        guard status >= 0 else { return status }
        stream.pointee.codecpar.pointee.codec_tag = tag
        stream.pointee.time_base = AVRational(num: 1, den: timescale)
        return 0
    }

    private static func fourCC(_ text: StaticString) -> UInt32 {
        text.withUTF8Buffer { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }
}
