internal import CFFmpeg

/// The parameter sets in force: what a decoder must know before a key frame.
///
/// libavformat 5.1 says nothing when a camera changes them in the middle of a stream, so the key
/// frames' own are read.
struct ParameterSets: Equatable {
    /// The NAL unit types that matter, by codec (H.264 table 7-1, H.265 table 7-1).
    enum Codec {
        case h264
        case hevc

        /// Returns the codec if it has parameter sets that are NAL units.
        init?(_ id: AVCodecID) {
            switch id {
            case AV_CODEC_ID_H264: self = .h264
            case AV_CODEC_ID_HEVC: self = .hevc
            default: return nil
            }
        }

        fileprivate func kind(of firstByte: UInt8) -> Int? {
            let type = self == .h264 ? firstByte & 0x1f : firstByte >> 1 & 0x3f
            return kinds.firstIndex(of: type)
        }

        /// The types in the order in which a decoder wants them.
        private var kinds: [UInt8] { self == .h264 ? [7, 8] : [32, 33, 34] }
        fileprivate var id: AVCodecID { self == .h264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC }
    }

    let codec: Codec
    private var sets: [[[UInt8]]]

    /// Reads the sets of an access unit or of Annex B set-up bytes.
    init(codec: Codec, units: [Range<Int>], of bytes: UnsafeRawBufferPointer) {
        self.codec = codec
        sets = Array(repeating: [], count: codec == .h264 ? 2 : 3)
        for unit in units {
            guard let kind = codec.kind(of: bytes[unit.lowerBound]) else { continue }
            sets[kind].append([UInt8](bytes[unit]))
        }
    }

    /// Whether there is at least one of each kind.
    var isComplete: Bool { sets.allSatisfy { !$0.isEmpty } }
    /// Whether there is none at all.
    var isEmpty: Bool { sets.allSatisfy(\.isEmpty) }

    /// Returns these sets, with the older ones of each kind that is missing here.
    func completed(by older: ParameterSets) -> ParameterSets {
        var all = self
        for kind in sets.indices where sets[kind].isEmpty { all.sets[kind] = older.sets[kind] }
        return all
    }

    /// The sets in Annex B form, as libavcodec takes set-up bytes.
    var annexB: [UInt8] { sets.joined().reduce(into: []) { $0 += [0, 0, 0, 1] + $1 } }

    /// Returns what the sets say, read by libavcodec's own parser from a key frame.
    func facts(keyFrame: UnsafeRawBufferPointer) throws(AVError) -> VideoFacts {
        let parser = try check(av_parser_init(Int32(codec.id.rawValue)), "av_parser_init")
        defer { av_parser_close(parser) }
        parser.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
        var context = avcodec_alloc_context3(avcodec_find_decoder(codec.id))
        defer { avcodec_free_context(&context) }
        let decoder = try check(context, "avcodec_alloc_context3")
        var input = annexB + keyFrame.prefix(4096)
        input += [UInt8](repeating: 0, count: Int(AV_INPUT_BUFFER_PADDING_SIZE))
        var output: UnsafeMutablePointer<UInt8>?
        var size: Int32 = 0
        let count = Int32(input.count) - AV_INPUT_BUFFER_PADDING_SIZE
        av_parser_parse2(
            parser, decoder, &output, &size, &input, count, AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0)
        let format = av_get_pix_fmt_name(AVPixelFormat(rawValue: parser.pointee.format))
        return VideoFacts(
            codec: String(cString: avcodec_get_name(codec.id)),
            width: Int(parser.pointee.coded_width > 0 ? parser.pointee.width : 0),
            height: Int(parser.pointee.coded_width > 0 ? parser.pointee.height : 0),
            profile: Int(decoder.pointee.profile),
            pixelFormat: format.map { String(cString: $0) } ?? "unknown")
    }
}
