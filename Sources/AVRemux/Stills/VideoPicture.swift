internal import CFFmpeg

/// The one owner of an `AVFrame` with a picture.
struct VideoPicture: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFrame>

    /// No camera has more pixels; a damaged stream could ask for any memory.
    private static let greatestPixelCount: Int64 = 64 << 20

    init() throws(AVError) { pointer = try check(av_frame_alloc(), "av_frame_alloc") }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }

    var width: Int { Int(pointer.pointee.width) }
    var height: Int { Int(pointer.pointee.height) }

    /// Decodes a key frame.
    ///
    /// - Throws: an error of libavcodec if it makes no picture of it.
    static func decode(_ key: KeyFrame) throws(AVError) -> VideoPicture {
        let codec = try check(avcodec_find_decoder(key.codec), "avcodec_find_decoder")
        var made = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&made) }
        let context = try check(made, "avcodec_alloc_context3")
        context.pointee.thread_count = 1
        context.pointee.max_pixels = greatestPixelCount
        // A recovery point of an intra refresh is no whole picture, but better than none.
        context.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT
        context.pointee.flags2 |= AV_CODEC_FLAG2_SHOW_ALL
        if !key.setup.isEmpty {
            let padded = key.setup.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
            let copy = try check(av_mallocz(padded), "av_mallocz")
            copy.copyMemory(from: key.setup, byteCount: key.setup.count)
            context.pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
            context.pointee.extradata_size = Int32(key.setup.count)
        }
        try check(avcodec_open2(context, codec, nil), "avcodec_open2")
        try check(avcodec_send_packet(context, key.packet), "avcodec_send_packet")
        try check(avcodec_send_packet(context, nil), "avcodec_send_packet")
        let picture = try VideoPicture()
        try check(avcodec_receive_frame(context, picture.pointer), "avcodec_receive_frame")
        return picture
    }

    /// Returns the picture in another size, in the pixel format of JPEG with its full range.
    func scaled(width: Int, height: Int) throws(AVError) -> VideoPicture {
        let scaler = try check(
            sws_getContext(
                pointer.pointee.width, pointer.pointee.height,
                AVPixelFormat(rawValue: pointer.pointee.format), Int32(width), Int32(height),
                AV_PIX_FMT_YUVJ420P, SWS_BILINEAR, nil, nil, nil), "sws_getContext")
        defer { sws_freeContext(scaler) }
        let table = sws_getCoefficients(SWS_CS_DEFAULT)
        let isFull = pointer.pointee.color_range == AVCOL_RANGE_JPEG
        sws_setColorspaceDetails(
            scaler, table, isFull ? 1 : 0, table, 1, 0, 1 << 16, 1 << 16)
        let target = try VideoPicture()
        target.pointer.pointee.width = Int32(width)
        target.pointer.pointee.height = Int32(height)
        target.pointer.pointee.format = AV_PIX_FMT_YUVJ420P.rawValue
        target.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        try check(sws_scale_frame(scaler, target.pointer, pointer), "sws_scale_frame")
        return target
    }

    /// Encodes a picture that is in JPEG's pixel format.
    consuming func jpeg() throws(AVError) -> [UInt8] {
        let codec = try check(avcodec_find_encoder(AV_CODEC_ID_MJPEG), "avcodec_find_encoder")
        var made = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&made) }
        let context = try check(made, "avcodec_alloc_context3")
        // The scale of libavcodec is 1 to 31; 4 cannot be told from the camera's own picture.
        let quality = 4 * FF_QP2LAMBDA
        context.pointee.width = pointer.pointee.width
        context.pointee.height = pointer.pointee.height
        context.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        context.pointee.color_range = AVCOL_RANGE_JPEG
        context.pointee.time_base = AVRational(num: 1, den: 25)
        context.pointee.thread_count = 1
        context.pointee.flags |= AV_CODEC_FLAG_QSCALE
        context.pointee.global_quality = quality
        try check(avcodec_open2(context, codec, nil), "avcodec_open2")
        pointer.pointee.quality = quality
        pointer.pointee.pts = 0
        pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
        try check(avcodec_send_frame(context, pointer), "avcodec_send_frame")
        let packet = try Packet()
        try check(avcodec_receive_packet(context, packet.pointer), "avcodec_receive_packet")
        return [UInt8](packet.bytes)
    }
}
