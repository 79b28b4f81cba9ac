internal import CFFmpeg

/// Decodes a camera's sound to planar float samples of the rate and channels that are wanted.
///
/// Owned by one session and used on its thread.
final class AudioDecoder {
    private var decoder: UnsafeMutablePointer<AVCodecContext>?
    private var frame: UnsafeMutablePointer<AVFrame>?
    private var resampler: OpaquePointer?
    private var resamplerInput: (rate: Int32, format: Int32, channels: Int32)?
    private let outputRate: Int32
    private let outputChannels: Int32
    /// What the camera's label of its sample rate must be multiplied with to be true.
    var rateCorrection = 1.0

    /// Opens libavcodec's decoder for a stream.
    ///
    /// - Throws: when libavcodec has no decoder for it or the set-up bytes are unusable.
    init(
        input: StreamParameters, outputRate: Int, outputChannels: Int
    ) throws(AVError) {
        self.outputRate = Int32(outputRate)
        self.outputChannels = Int32(outputChannels)
        let codec = try check(avcodec_find_decoder(input.codec), "avcodec_find_decoder")
        frame = try check(av_frame_alloc(), "av_frame_alloc")
        let context = try check(avcodec_alloc_context3(codec), "avcodec_alloc_context3")
        decoder = context
        try check(
            avcodec_parameters_to_context(context, input.pointer), "avcodec_parameters_to_context")
        context.pointee.thread_count = 1
        try check(avcodec_open2(context, codec, nil), "avcodec_open2")
    }

    deinit {
        avcodec_free_context(&decoder)
        av_frame_free(&frame)
        swr_free(&resampler)
    }

    /// Decodes a packet and gives every run of samples to `body`, one pointer for each channel.
    ///
    /// - Throws: an error of libavcodec; the next packet may be decoded all the same.
    func decode(
        _ packet: Packet,
        body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, Int) throws(AVError) -> Void
    ) throws(AVError) {
        guard let decoder, let frame else { return }
        try check(avcodec_send_packet(decoder, packet.pointer), "avcodec_send_packet")
        while avcodec_receive_frame(decoder, frame) >= 0 {
            defer { av_frame_unref(frame) }
            try convert(frame, body: body)
        }
    }

    private func convert(
        _ frame: UnsafeMutablePointer<AVFrame>,
        body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, Int) throws(AVError) -> Void
    ) throws(AVError) {
        try prepareResampler(for: frame)
        guard let resampler else { return }
        let room = swr_get_out_samples(resampler, frame.pointee.nb_samples)
        guard room > 0 else { return }
        var planes: [UnsafeMutablePointer<UInt8>?] = [nil, nil]
        let size = av_samples_alloc(
            &planes, nil, outputChannels, room, AV_SAMPLE_FMT_FLTP, 0)
        try check(size, "av_samples_alloc")
        // One allocation holds all planes; its start is the first of them.
        defer { av_freep(&planes[0]) }
        let count = try withUnsafePointer(to: frame.pointee.extended_data) {
            pointer throws(AVError) in
            try check(
                pointer.pointee?.withMemoryRebound(
                    to: UnsafePointer<UInt8>?.self, capacity: Int(outputChannels)
                ) { swr_convert(resampler, &planes, room, $0, frame.pointee.nb_samples) } ?? 0,
                "swr_convert")
        }
        guard count > 0 else { return }
        try body(&planes, Int(count))
    }

    private func prepareResampler(for frame: UnsafeMutablePointer<AVFrame>) throws(AVError) {
        let rate = Int32(Double(frame.pointee.sample_rate) * rateCorrection)
        let input = (rate, frame.pointee.format, frame.pointee.ch_layout.nb_channels)
        if let known = resamplerInput, known == input { return }
        swr_free(&resampler)
        var layout = AVChannelLayout()
        av_channel_layout_default(&layout, outputChannels)
        defer { av_channel_layout_uninit(&layout) }
        try check(
            swr_alloc_set_opts2(
                &resampler, &layout, AV_SAMPLE_FMT_FLTP, outputRate, &frame.pointee.ch_layout,
                AVSampleFormat(rawValue: frame.pointee.format), rate, 0, nil),
            "swr_alloc_set_opts2")
        try check(swr_init(resampler), "swr_init")
        resamplerInput = input
    }
}
