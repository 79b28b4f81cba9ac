internal import CFFmpeg
internal import ISOBMFF
internal import Platform

/// One session's sound on its way into clips: copied, or decoded and encoded.
///
/// Whatever goes wrong here ends the sound and never the picture. Lives on the camera's thread.
final class AudioTrack {
    /// A piece of sound that is ready for a clip.
    struct Sample {
        /// Ticks of `timescale` since the session's first picture.
        var dts: Int64
        var bytes: UnsafeRawBufferPointer
    }

    private enum Lane {
        case copy
        case encode(AudioDecoder, AACEncoder)
    }

    private let lane: Lane
    private var timeline: Timeline
    private var pacer: AudioPacer
    private var alignment: AudioAlignment?
    private var rate: SampleRateCheck
    private var label: ClockLabelCheck
    /// The stream of the demuxer.
    let streamIndex: Int
    /// What the clip's track is made from.
    let parameters: StreamParameters
    /// What to tell the user.
    private(set) var verdict: AudioVerdict
    /// Ticks per second of the samples; the output's sample rate.
    let timescale: Int64
    /// Ticks per second of the camera's stamps: as it says, until it is caught lying.
    private(set) var inputTimescale: Int64

    /// The codecs whose packets MP4 holds as they are.
    private static let copied = [AV_CODEC_ID_AAC, AV_CODEC_ID_OPUS]

    /// Decides what becomes of a stream's sound and opens what that needs.
    ///
    /// - Throws: `AudioRefusal` with the reason in words; the session then has no sound.
    static func open(
        _ input: StreamParameters, streamIndex: Int, timescale: Int64,
        policy: CameraSettings.Audio, bitrate: Int
    ) throws(AudioRefusal) -> AudioTrack {
        let name = input.codecName
        guard input.codec != AV_CODEC_ID_NONE, input.sampleRate > 0 else {
            throw AudioRefusal(reason: "the camera does not say what its sound is")
        }
        let rate = input.sampleRate
        let channels = max(input.channels, 1)
        if input.codec == AV_CODEC_ID_AAC, input.extradata.isEmpty {
            throw AudioRefusal(reason: "the camera does not describe its AAC sound")
        }
        do throws(AVError) {
            if policy == .auto, copied.contains(input.codec) {
                if input.codec == AV_CODEC_ID_OPUS, input.extradata.isEmpty {
                    try input.setExtradata(opusHead(channels: channels))
                }
                return AudioTrack(
                    lane: .copy, input: input, streamIndex: streamIndex, inputTimescale: timescale,
                    timescale: Int64(rate),
                    verdict: .copied(codec: name, sampleRate: rate, channels: channels))
            }
            let encoder = try AACEncoder(sampleRate: rate, channels: channels, bitrate: bitrate)
            let decoder = try AudioDecoder(
                input: input, outputRate: encoder.sampleRate, outputChannels: encoder.channels)
            return AudioTrack(
                lane: .encode(decoder, encoder), input: try encoder.parameters(),
                streamIndex: streamIndex, inputTimescale: timescale,
                timescale: Int64(encoder.sampleRate),
                verdict: .encoded(
                    from: name, sampleRate: rate, channels: channels, bitrate: bitrate))
        } catch {
            throw AudioRefusal(reason: "its \(name) sound cannot be read (\(error))")
        }
    }

    private init(
        lane: Lane, input: StreamParameters, streamIndex: Int, inputTimescale: Int64,
        timescale: Int64, verdict: AudioVerdict
    ) {
        self.lane = lane
        self.streamIndex = streamIndex
        self.inputTimescale = inputTimescale
        self.timescale = timescale
        self.verdict = verdict
        parameters = input
        timeline = Timeline(timescale: inputTimescale, rhythm: inputTimescale / 50)
        pacer = AudioPacer(sampleRate: Int(timescale))
        rate = SampleRateCheck(clock: inputTimescale, outputRate: timescale)
        label = ClockLabelCheck(clock: inputTimescale)
    }

    /// Sets where the sound lies against the picture, by arrival until the camera says it exactly.
    func align(byArrival: Duration, byReports: Duration?, now: MonotonicTime) {
        if alignment == nil { alignment = AudioAlignment(byArrival: byArrival, now: now) }
        alignment?.update(byReports: byReports, now: now)
    }

    /// Takes the session's next packet of sound and gives what is ready to `body`.
    ///
    /// - Parameter picture: where the picture is on the session's line; nil before the first.
    /// - Returns: whether the camera's clock was found to be another than it says. The sound's line
    ///   then goes back to its true place, so what follows belongs into another clip.
    /// - Throws: an error of libavcodec; more than a few in a row mean that the sound is lost.
    func process(
        _ packet: Packet, arrival: MonotonicTime, picture: Duration?, body: (Sample) -> Void
    ) throws(AVError) -> Bool {
        let placement = timeline.place(pts: packet.pts, dts: packet.dts, arrival: arrival)
        if let picture, let factor = label.factor(at: placement.dts, picture: picture) {
            relabel(by: factor)
            return true
        }
        let shift = alignment?.shift ?? .zero
        let start =
            rescale(placement.dts, from: inputTimescale, to: timescale)
            + Int64(shift.seconds * Double(timescale))
        switch lane {
        case .copy:
            body(Sample(dts: start, bytes: packet.bytes))
        case .encode(let decoder, let encoder):
            var position = start
            try decoder.decode(packet) { planes, count throws(AVError) in
                decoder.rateCorrection = rate.correction(
                    samples: count, at: placement.dts, present: decoder.rateCorrection)
                try feed(encoder, planes, count: count, at: position)
                position += Int64(count)
            }
            try encoder.drain { body(Sample(dts: $0, bytes: $1)) }
        }
        return false
    }

    /// Takes the camera's clock for so many times faster; its packets in hand are left out.
    private func relabel(by factor: Int64) {
        inputTimescale *= factor
        alignment = nil
        rate = SampleRateCheck(clock: inputTimescale, outputRate: timescale)
        guard case .encode(let decoder, _) = lane else { return }
        decoder.rateCorrection *= Double(factor)
        if case .encoded(let codec, let sampleRate, let channels, let bitrate) = verdict {
            verdict = .encoded(
                from: codec, sampleRate: sampleRate * Int(factor), channels: channels,
                bitrate: bitrate)
        }
    }

    /// Gives what an encoder still holds to `body`; nothing follows.
    func flush(body: (Sample) -> Void) throws(AVError) {
        guard case .encode(_, let encoder) = lane else { return }
        try encoder.finish { body(Sample(dts: $0, bytes: $1)) }
    }

    private func feed(
        _ encoder: AACEncoder, _ planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        count: Int, at position: Int64
    ) throws(AVError) {
        switch pacer.place(at: position, count: count) {
        case .append:
            try encoder.append(planes, count: count)
        case .insertSilence(let missing):
            try encoder.appendSilence(count: missing)
            try encoder.append(planes, count: count)
        case .drop(let surplus):
            try encoder.append(planes, count: count - surplus)
        case .rebase(let sample):
            encoder.rebase(to: sample)
            try encoder.append(planes, count: count)
        }
    }

    /// The identification header of an Opus stream that has none in its SDP (RFC 7845 5.1).
    private static func opusHead(channels: Int) -> [UInt8] {
        Array("OpusHead".utf8) + [1, UInt8(min(channels, 2)), 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]
    }
}

/// Why a session has no sound.
struct AudioRefusal: Error, Equatable {
    var reason: String
}

/// Converts a count of ticks between two timescales, rounding down.
func rescale(_ ticks: Int64, from: Int64, to: Int64) -> Int64 {
    let (whole, rest) = ticks.quotientAndRemainder(dividingBy: from)
    return whole &* to &+ rest &* to / from
}
