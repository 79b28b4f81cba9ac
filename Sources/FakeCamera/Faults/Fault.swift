/// A named way in which a camera misbehaves.
///
/// Each is one row of the fault catalogue that a camera can cause by itself. The raw value is the
/// name on a command line; `FaultPlan` says when it begins, how strong it is and whom it hits.
public enum Fault: String, CaseIterable, Sendable {
    // The connection.
    case stall
    case stallMidFrame = "stall-mid-frame"
    case audioOnlyAfter = "audio-only-after"
    case fin
    case finMidFrame = "fin-mid-frame"
    case rst
    case trickle
    case silentOpen = "silent-open"
    case pause
    case garbage
    case packetLoss = "packet-loss"
    case packetReorder = "packet-reorder"
    case packetDuplicate = "packet-duplicate"
    case reboot
    case staleSession = "stale-session"
    case oneSessionSlot = "one-session-slot"

    // What is answered.
    case wrongPassword = "wrong-password"
    case basicDowngrade = "basic-downgrade"
    case status404 = "status-404"
    case status453 = "status-453"
    case keepAlive454 = "keep-alive-454"
    case status461 = "status-461"
    case status500 = "status-500"
    case status503 = "status-503"
    case redirect
    case redirectLoop = "redirect-loop"
    case hugeContentLength = "huge-content-length"
    case httpAnswer = "http-answer"
    case sshBanner = "ssh-banner"
    case randomBytes = "random-bytes"

    // The video.
    case noSpropParameterSets = "no-sprop-parameter-sets"
    case noInBandParameterSets = "no-in-band-parameter-sets"
    case parameterSetChange = "parameter-set-change"
    case vuiFlip = "vui-flip"
    case longGOP = "long-gop"
    case noIDR = "no-idr"
    case bFrames = "b-frames"
    case bigKeyFrames = "big-key-frames"

    // The clocks.
    case senderReportStepForward = "sr-step-forward"
    case senderReportStepBack = "sr-step-back"
    case senderReportAudioSkew = "sr-audio-skew"
    case timestampOutlier = "timestamp-outlier"
    case timestampJumpForward = "timestamp-jump-forward"
    case timestampJumpBack = "timestamp-jump-back"
    case timestampDuplicate = "timestamp-duplicate"
    case timestampWrap = "timestamp-wrap"
    case clockFast = "clock-fast"
    case clockSlow = "clock-slow"

    // The audio.
    case silentAudio = "silent-audio"
    case audioLate = "audio-late"
    case audioStops = "audio-stops"
    case audioFast = "audio-fast"
    case audioLongPackets = "audio-long-packets"
    case audioWrongRate = "audio-wrong-rate"
    case noAACConfiguration = "no-aac-configuration"

    /// What the camera does, in one line for people.
    public var summary: String {
        switch self {
        case .stall: "stops sending and keeps the connection open"
        case .stallMidFrame: "stops sending in the middle of a picture"
        case .audioOnlyAfter: "stops the video and goes on with the audio"
        case .fin: "closes the connection (FIN) between two pictures"
        case .finMidFrame: "closes the connection (FIN) in the middle of a packet"
        case .rst: "resets the connection (RST)"
        case .trickle: "answers one byte at a time, very slowly"
        case .silentOpen: "accepts the connection and never answers"
        case .pause: "pauses for a while and goes on with the time that has passed"
        case .garbage: "puts other bytes between two interleaved packets"
        case .packetLoss: "leaves out one packet in every N"
        case .packetReorder: "swaps one packet in every N with the next"
        case .packetDuplicate: "sends one packet in every N twice"
        case .reboot: "resets the connection; later sessions play the other media"
        case .staleSession: "sends packets of an older session before it answers"
        case .oneSessionSlot: "has one session; without TEARDOWN it stays taken until it times out"
        case .wrongPassword: "refuses every password with 401"
        case .basicDowngrade: "asks for Basic authentication after it has asked for Digest"
        case .status404: "answers DESCRIBE with 404 Not Found"
        case .status453: "answers SETUP with 453 Not Enough Bandwidth"
        case .keepAlive454: "answers keep-alives with 454 Session Not Found and goes on sending"
        case .status461: "answers SETUP with 461 Unsupported Transport"
        case .status500: "answers DESCRIBE with 500 Internal Server Error"
        case .status503: "answers every request with 503 Service Unavailable"
        case .redirect: "redirects DESCRIBE to another URL"
        case .redirectLoop: "redirects DESCRIBE to itself, for ever"
        case .hugeContentLength: "announces a body of almost 2 GiB"
        case .httpAnswer: "is a web server"
        case .sshBanner: "is an SSH server"
        case .randomBytes: "answers with random bytes and does not stop"
        case .noSpropParameterSets: "announces no parameter sets in its SDP"
        case .noInBandParameterSets: "sends parameter sets in its SDP only"
        case .parameterSetChange: "goes over to the other media, with another resolution"
        case .vuiFlip: "goes to and fro between two media that differ in VUI fields only"
        case .longGOP: "sends no key frame for two minutes"
        case .noIDR: "sends no IDR picture at all"
        case .bFrames: "sends pictures out of their order of presentation"
        case .bigKeyFrames: "sends key frames that span very many packets"
        case .senderReportStepForward: "steps the wall clock of its sender reports forward"
        case .senderReportStepBack: "steps the wall clock of its sender reports back"
        case .senderReportAudioSkew: "reports a wall clock for audio that differs from video's"
        case .timestampOutlier: "stamps single pictures far from their time"
        case .timestampJumpForward: "jumps forward in RTP time and stays there"
        case .timestampJumpBack: "jumps back in RTP time and stays there"
        case .timestampDuplicate: "stamps one picture in every N like the one before it"
        case .timestampWrap: "passes the end of the 32-bit RTP time soon after the start"
        case .clockFast: "has an RTP clock that runs 15 % fast"
        case .clockSlow: "has an RTP clock that runs 15 % slow"
        case .silentAudio: "announces audio and sends none"
        case .audioLate: "starts its audio late"
        case .audioStops: "stops its audio and goes on with the video"
        case .audioFast: "has an audio clock that runs 2 % fast"
        case .audioLongPackets: "sends its audio in packets of 60 ms"
        case .audioWrongRate: "announces half the sample rate that it sends"
        case .noAACConfiguration: "announces AAC without its configuration"
        }
    }

    /// The fixture, without its suffix, that the fault is to be played with; `nil` for any.
    ///
    /// `bFrames`, `bigKeyFrames` and `audioLongPackets` are nothing but their fixtures.
    public var fixture: String? {
        switch self {
        case .bFrames: "h264-bframes"
        case .bigKeyFrames: "h264-big-keyframes"
        case .longGOP: "h264-long-gop"
        case .noIDR: "h264-intra-refresh"
        case .audioLongPackets: "h264-pcmu-60ms"
        case .noAACConfiguration, .audioLate, .audioStops, .audioFast, .silentAudio,
            .senderReportAudioSkew, .audioOnlyAfter:
            "h264-aac"
        case .audioWrongRate: "h264-l16"
        default: nil
        }
    }
}
