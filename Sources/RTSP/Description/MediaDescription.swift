/// One medium of a camera's session description (RFC 4566 5.14), as far as it concerns us.
public struct MediaDescription: Equatable, Sendable {
    /// What it carries.
    public var kind: MediaKind
    /// The RTP payload type of its first format, 0 to 127.
    public var payloadType: UInt8
    /// The encoding's name in upper case as in `a=rtpmap`: `H264`, `MPEG4-GENERIC`, `PCMA`.
    public var encodingName: String
    /// RTP ticks per second.
    public var clockRate: Int
    /// The number of audio channels; 1 for everything else.
    public var channels: Int
    /// The parameters of `a=fmtp`, as sent.
    public var formatParameters: String
    /// The value of `a=control`, as sent; empty if there is none.
    public var control: String
    /// True for a medium marked `a=sendonly`, which in a camera can be its loudspeaker.
    ///
    /// ONVIF Streaming 5.3 marks the way to the loudspeaker so, careless cameras their microphone.
    public var isSendOnly: Bool

    /// A medium from its facts.
    public init(
        kind: MediaKind, payloadType: UInt8, encodingName: String, clockRate: Int,
        channels: Int = 1, formatParameters: String = "", control: String = "",
        isSendOnly: Bool = false
    ) {
        self.kind = kind
        self.payloadType = payloadType
        self.encodingName = encodingName
        self.clockRate = clockRate
        self.channels = channels
        self.formatParameters = formatParameters
        self.control = control
        self.isSendOnly = isSendOnly
    }

    /// Whether there is a known way to put it into a clip.
    public var isUsable: Bool {
        switch kind {
        case .video: Self.videoEncodings.contains(encodingName)
        case .audio: Self.audioEncodings.contains(encodingName)
        case .application: false
        }
    }

    /// Whether a demuxer that believes the type before `a=rtpmap` takes the medium for what it is.
    ///
    /// RFC 3551 6 gives types below 96 a meaning or none; 33 would be an MPEG transport stream.
    var hasTrueType: Bool {
        payloadType >= 96 || Self.staticFormat(payloadType).name == encodingName
    }

    private static let videoEncodings: Set<String> = ["H264", "H265", "HEVC", "MP4V-ES", "JPEG"]
    private static let audioEncodings: Set<String> = [
        "AAL2-G726-16", "AAL2-G726-24", "AAL2-G726-32", "AAL2-G726-40", "G722", "G726-16",
        "G726-24", "G726-32", "G726-40", "L16", "MP4A-LATM", "MPA",
        "MPEG4-GENERIC", "OPUS", "PCMA", "PCMU",
    ]

    /// Reads the value of an `m=` line over RTP; nil for any other.
    init?(mediaLine: Substring) {
        let words = mediaLine.split(separator: " ")
        guard words.count >= 4, words[2].uppercased().hasPrefix("RTP/AVP"),
            let payloadType = UInt8(words[3]), payloadType < 128
        else { return nil }
        let format = Self.staticFormat(payloadType)
        self.init(
            kind: MediaKind(rawValue: words[0].lowercased()) ?? .application,
            payloadType: payloadType, encodingName: format.name, clockRate: format.rate,
            channels: format.channels)
    }

    mutating func read(attribute name: String, value: Substring) {
        switch name {
        case "rtpmap":
            guard let map = belongingToFormat(value) else { return }
            let parts = map.split(separator: "/").map(\.trimmed)
            guard let encoding = parts.first else { return }
            encodingName = encoding.uppercased()
            if parts.count > 1, let rate = Int(parts[1]), (1...10_000_000).contains(rate) {
                clockRate = rate
            }
            if parts.count > 2, let count = Int(parts[2]), (1...64).contains(count) {
                channels = count
            }
        case "fmtp":
            guard let parameters = belongingToFormat(value) else { return }
            formatParameters = String(parameters)
        case "control":
            control = String(value)
        case "sendonly":
            isSendOnly = true
        default: break
        }
    }

    /// Returns what follows the payload type in a value that begins with ours.
    private func belongingToFormat(_ value: Substring) -> Substring? {
        let digits = value.prefix { $0.isASCII && $0.isNumber }
        guard UInt8(digits) == payloadType else { return nil }
        return value.dropFirst(digits.count).trimmed
    }

    /// The payload types that RFC 3551 6 gives a fixed meaning, as far as cameras use them.
    private static func staticFormat(_ type: UInt8) -> (name: String, rate: Int, channels: Int) {
        switch type {
        case 0: ("PCMU", 8000, 1)
        case 8: ("PCMA", 8000, 1)
        case 9: ("G722", 8000, 1)
        case 10: ("L16", 44100, 2)
        case 11: ("L16", 44100, 1)
        case 14: ("MPA", 90000, 1)
        case 26: ("JPEG", 90000, 1)
        case 32: ("MPV", 90000, 1)
        default: ("", 90000, 1)
        }
    }
}
