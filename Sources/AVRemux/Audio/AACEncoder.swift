internal import CFFmpeg

/// Encodes planar float samples to AAC-LC, 1024 samples to a packet (ISO/IEC 14496-3 4.5.1.1).
///
/// Owned by one session and used on its thread.
final class AACEncoder {
    private var encoder: UnsafeMutablePointer<AVCodecContext>?
    private var frame: UnsafeMutablePointer<AVFrame>?
    private var fifo: OpaquePointer?
    private var packet: Packet
    private var nextSample: Int64 = 0
    private let samplesPerPacket: Int32
    /// Samples per second.
    let sampleRate: Int
    /// 1 or 2.
    let channels: Int

    /// The rates that AAC can express (ISO/IEC 14496-3 table 1.18), which libavcodec takes.
    private static let rates = [
        7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000,
    ]

    /// Opens an encoder at the rate that is nearest to the camera's.
    ///
    /// - Parameters:
    ///   - sampleRate: samples per second of the camera's sound.
    ///   - channels: channels of the camera's sound; more than two become two.
    ///   - bitrate: bits per second; cut to what AAC allows at the rate.
    init(sampleRate: Int, channels: Int, bitrate: Int) throws(AVError) {
        let rate = Self.rates.min { abs($0 - sampleRate) < abs($1 - sampleRate) } ?? 48_000
        self.sampleRate = rate
        self.channels = min(max(channels, 1), 2)
        let codec = try check(avcodec_find_encoder(AV_CODEC_ID_AAC), "avcodec_find_encoder")
        packet = try Packet()
        samplesPerPacket = 1024
        let context = try check(avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        encoder = context
        context.pointee.sample_rate = Int32(rate)
        context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
        // 6144 bits for each channel and 1024 samples (ISO/IEC 14496-3 4.5.3.1).
        context.pointee.bit_rate = Int64(min(bitrate, 6 * rate * self.channels))
        context.pointee.thread_count = 1
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        context.pointee.time_base = AVRational(num: 1, den: Int32(rate))
        av_channel_layout_default(&context.pointee.ch_layout, Int32(self.channels))
        try check(avcodec_open2(context, codec, nil), "avcodec_open2")
        fifo = try check(
            av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, Int32(self.channels), 4096),
            "av_audio_fifo_alloc")
        let frame = try check(av_frame_alloc(), "av_frame_alloc")
        self.frame = frame
        frame.pointee.nb_samples = samplesPerPacket
        frame.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
        frame.pointee.sample_rate = Int32(rate)
        av_channel_layout_copy(&frame.pointee.ch_layout, &context.pointee.ch_layout)
        try check(av_frame_get_buffer(frame, 0), "av_frame_get_buffer")
    }

    deinit {
        avcodec_free_context(&encoder)
        av_frame_free(&frame)
        if let fifo { av_audio_fifo_free(fifo) }
    }

    /// Copies what the encoder says of its output.
    func parameters() throws(AVError) -> StreamParameters {
        var parameters = avcodec_parameters_alloc()
        defer { avcodec_parameters_free(&parameters) }
        let filled = try check(parameters, "avcodec_parameters_alloc")
        try check(
            avcodec_parameters_from_context(filled, encoder), "avcodec_parameters_from_context")
        return try StreamParameters(copying: filled)
    }

    /// Moves the line on to a sample; what was not yet encoded is dropped.
    func rebase(to sample: Int64) {
        if let fifo { av_audio_fifo_reset(fifo) }
        nextSample = sample
    }

    /// Takes samples, one pointer for each channel.
    func append(
        _ planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, count: Int
    ) throws(AVError) {
        guard count > 0 else { return }
        let written = try planes.withMemoryRebound(
            to: UnsafeMutableRawPointer?.self, capacity: channels
        ) { pointers throws(AVError) in
            try check(av_audio_fifo_write(fifo, pointers, Int32(count)), "av_audio_fifo_write")
        }
        guard written == count else {
            throw AVError(code: AVERROR(ENOMEM), call: "av_audio_fifo_write")
        }
    }

    /// Takes silence.
    func appendSilence(count: Int) throws(AVError) {
        var planes: [UnsafeMutablePointer<UInt8>?] = [nil, nil]
        try check(
            av_samples_alloc(&planes, nil, Int32(channels), Int32(count), AV_SAMPLE_FMT_FLTP, 0),
            "av_samples_alloc")
        defer { av_freep(&planes[0]) }
        av_samples_set_silence(&planes, 0, Int32(count), Int32(channels), AV_SAMPLE_FMT_FLTP)
        try append(&planes, count: count)
    }

    /// Encodes what is there and gives each packet to `body` with the number of its first sample.
    ///
    /// - Parameter body: the bytes are valid during the call.
    func drain(body: (Int64, UnsafeRawBufferPointer) -> Void) throws(AVError) {
        guard let encoder, let frame, let fifo else { return }
        while av_audio_fifo_size(fifo) >= samplesPerPacket {
            try check(av_frame_make_writable(frame), "av_frame_make_writable")
            _ = try frame.pointee.extended_data.withMemoryRebound(
                to: UnsafeMutableRawPointer?.self, capacity: channels
            ) { planes throws(AVError) in
                try check(av_audio_fifo_read(fifo, planes, samplesPerPacket), "av_audio_fifo_read")
            }
            frame.pointee.pts = nextSample
            nextSample += Int64(samplesPerPacket)
            try check(avcodec_send_frame(encoder, frame), "avcodec_send_frame")
            receive(from: encoder, body: body)
        }
    }

    /// Encodes what is left, filled up with silence, and gives the last packets to `body`.
    func finish(body: (Int64, UnsafeRawBufferPointer) -> Void) throws(AVError) {
        guard let encoder, let fifo else { return }
        let missing = (samplesPerPacket - av_audio_fifo_size(fifo)) % samplesPerPacket
        if missing > 0 { try appendSilence(count: Int(missing)) }
        try drain(body: body)
        try check(avcodec_send_frame(encoder, nil), "avcodec_send_frame")
        receive(from: encoder, body: body)
    }

    private func receive(
        from encoder: UnsafeMutablePointer<AVCodecContext>,
        body: (Int64, UnsafeRawBufferPointer) -> Void
    ) {
        while avcodec_receive_packet(encoder, packet.pointer) >= 0 {
            // Priming moves the first packets before the samples they were made from.
            if let first = packet.pts { body(first, packet.bytes) }
            packet.clear()
        }
    }
}
