import AVRemux
import RTSP

extension VideoFacts {
    /// The codec's usual name and the size: `H.264 1920x1080`.
    var text: String { "\(codecName) \(width)x\(height)" }

    /// The codec as people call it.
    var codecName: String { CodecName.usual(codec) }
}

/// The names that people know for libavcodec's.
private enum CodecName {
    static func usual(_ name: String) -> String {
        switch name {
        case "h264": "H.264"
        case "hevc": "H.265"
        case "mjpeg": "MJPEG"
        case "aac": "AAC"
        case "opus": "Opus"
        case "pcm_mulaw": "G.711 \u{B5}-law"
        case "pcm_alaw": "G.711 A-law"
        case "pcm_s16be": "L16"
        case "adpcm_g726", "adpcm_g726le": "G.726"
        default: name
        }
    }
}

extension AudioVerdict {
    /// What becomes of the sound, as part of a sentence.
    var text: String {
        switch self {
        case .copied(let codec, let rate, let channels):
            "\(CodecName.usual(codec)), \(Self.format(rate, channels)), copied as it is"
        case .encoded(let codec, let rate, let channels, let bitrate):
            "\(CodecName.usual(codec)), \(Self.format(rate, channels)), "
                + "encoded to AAC at \(decimal(Double(bitrate) / 1000, places: 1)) kbit/s"
        case .absent: "the camera sends none"
        case .off: "left out, as the settings say"
        case .dropped(let reason): "left out: \(reason)"
        }
    }

    private static func format(_ rate: Int, _ channels: Int) -> String {
        let layout = channels == 1 ? "mono" : channels == 2 ? "stereo" : "\(channels) channels"
        return "\(decimal(Double(rate) / 1000, places: 2)) kHz \(layout)"
    }
}

extension AuthenticationScheme {
    /// The scheme's usual name.
    var word: String {
        switch self {
        case .none: "none"
        case .basic: "Basic"
        case .digestMD5: "Digest MD5"
        case .digestSHA256: "Digest SHA-256"
        }
    }
}
