internal import CFFmpeg

/// The one owner of an `AVCodecParameters`: what is known of a stream before its packets.
///
/// A class, because the clip's header takes it from an optional track; it never leaves the camera's
/// thread.
final class StreamParameters {
    let pointer: UnsafeMutablePointer<AVCodecParameters>

    /// Copies the parameters of a stream.
    init(copying source: UnsafePointer<AVCodecParameters>) throws(AVError) {
        let copy = try check(avcodec_parameters_alloc(), "avcodec_parameters_alloc")
        pointer = copy
        guard avcodec_parameters_copy(copy, source) >= 0 else {
            throw AVError(code: AVERROR(ENOMEM), call: "avcodec_parameters_copy")
        }
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVCodecParameters>? = pointer
        avcodec_parameters_free(&pointer)
    }

    var codec: AVCodecID { pointer.pointee.codec_id }
    var codecName: String { String(cString: avcodec_get_name(pointer.pointee.codec_id)) }
    var sampleRate: Int { Int(pointer.pointee.sample_rate) }
    var channels: Int { Int(pointer.pointee.ch_layout.nb_channels) }

    /// The codec's set-up bytes: parameter sets, an AudioSpecificConfig, an OpusHead.
    var extradata: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: pointer.pointee.extradata, count: Int(pointer.pointee.extradata_size))
    }

    /// The facts that decide whether two key frames fit into one clip.
    var videoFacts: VideoFacts {
        let format = av_get_pix_fmt_name(AVPixelFormat(rawValue: pointer.pointee.format))
        return VideoFacts(
            codec: codecName, width: Int(pointer.pointee.width),
            height: Int(pointer.pointee.height), profile: Int(pointer.pointee.profile),
            pixelFormat: format.map { String(cString: $0) } ?? "unknown")
    }

    /// Replaces the codec's set-up bytes.
    func setExtradata(_ bytes: [UInt8]) throws(AVError) {
        let padded = bytes.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
        let copy = try check(av_mallocz(padded), "av_mallocz")
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        av_free(pointer.pointee.extradata)
        pointer.pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
        pointer.pointee.extradata_size = Int32(bytes.count)
    }

    /// Replaces what a new sequence parameter set says.
    func apply(_ facts: VideoFacts) {
        pointer.pointee.width = Int32(facts.width)
        pointer.pointee.height = Int32(facts.height)
        pointer.pointee.profile = Int32(facts.profile)
        pointer.pointee.format = av_get_pix_fmt(facts.pixelFormat).rawValue
    }
}
