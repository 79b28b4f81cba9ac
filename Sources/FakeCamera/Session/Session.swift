internal import AVRemux
internal import Platform

/// One RTSP session: what the client has set up, and where it is in the media.
struct Session {
    /// What comes after a step.
    enum Outcome {
        /// The next frame, which is due at this instant.
        case next(MonotonicTime)
        /// Nothing more; the connection stays.
        case silence
        /// The connection is to be closed.
        case close(reset: Bool)
        /// The same frame again, when the client has taken some of what waits for it.
        case congested
    }

    /// What a session is made of.
    struct Parameters {
        var identifier: String
        var path: String
        var media: WireMedia
        /// What the session goes over to when its fault says so.
        var alternate: WireMedia?
        /// The fault, if the session's connection is hit by it.
        var plan: FaultPlan?
        var configuration: FakeCameraServer.Configuration
        var firstCounter: UInt64
        var random: SplitMix64
    }

    let parameters: Parameters
    var tracks: [Int: Track] = [:]
    var media: WireMedia
    var playback: Playback
    var faults: SessionFaults
    var stamps: StampFaults
    var damage: PacketDamage
    /// The packet of each stream that goes out behind the next one.
    var delayed: [Int: [UInt8]] = [:]
    var random: SplitMix64
    /// The instant of position 0.
    var start: MonotonicTime?
    /// Media time that has passed without frames, as in a pause, in ticks of 1/90000 s.
    var stampShift: Int64 = 0
    /// The number of the next video frame in the frame ledger.
    var counter: UInt64
    /// Video frames sent.
    var videoFrames = 0
    /// What is left of a frame of which a half has been sent.
    var rest: [UInt8] = []
    let sent = SentFrames()

    init(_ parameters: Parameters) {
        self.parameters = parameters
        media = parameters.media
        random = parameters.random
        counter = parameters.firstCounter
        playback = Playback(parameters.media.media, start: parameters.configuration.start)
        faults = SessionFaults(parameters.plan)
        stamps = StampFaults(parameters.plan)
        damage = PacketDamage(parameters.plan)
    }

    /// Sets up one stream.
    mutating func add(stream: Int, _ transport: Track.Transport) {
        let description = media.media.streams[stream]
        let base = stamps.base(rate: description.clockRate)
        tracks[stream] = Track(
            transport: transport, kind: description.kind, clockRate: description.clockRate,
            source: UInt32(truncatingIfNeeded: random.next()),
            timestampBase: base ?? UInt32(truncatingIfNeeded: random.next()),
            sequence: UInt16(truncatingIfNeeded: random.next()))
    }

    /// Starts sending; a second PLAY changes nothing.
    ///
    /// - Returns: when the next frame is due.
    mutating func play(now: MonotonicTime) -> MonotonicTime {
        start = start ?? now
        return dueTime
    }

    /// When the next frame is due.
    var dueTime: MonotonicTime {
        let elapsed = Duration.ticks(playback.due).nanoseconds
        let speed = parameters.configuration.speed
        return (start ?? MonotonicTime(nanoseconds: 0))
            + .nanoseconds(speed == 1 ? elapsed : Int64(Double(elapsed) / speed))
    }

    /// Sends the next frame, or does what the session's fault wants instead.
    mutating func step(_ clocks: SystemClocks, to output: OutputBuffer, log: ServerLog) -> Outcome {
        if !rest.isEmpty {
            output.send(rest)
            rest = []
            videoFrames += 1
            sent.add(1)
        }
        let frame = playback.frame
        guard let track = tracks[frame.stream] else { return advance() }
        let isVideo = track.kind == .video
        let action = faults.action(
            frame, isVideo: isVideo, position: playback.due, videoFrames: videoFrames)
        switch action {
        case .skip: break
        case .send where output.count > Self.outputLimit:
            // A camera has no time to wait; a fake one that plays faster than time has.
            guard parameters.configuration.speed == 1 else { return .congested }
            log.countOverflow()
            if isVideo { counter += 1 }
        case .send:
            send(frame, clocks, to: output, log: log)
        case .hold(let duration, let halfFrame):
            if halfFrame { rest = sendHalf(of: frame, clocks, to: output) }
            guard let duration else { return .silence }
            start = start.map { $0 + duration }
            if parameters.plan?.fault == .pause { stampShift += duration.ticks }
            return halfFrame ? advance() : .next(dueTime)
        case .close(let reset, let midPacket):
            if midPacket { _ = sendHalf(of: frame, clocks, to: output) }
            return .close(reset: reset)
        case .switchMedia:
            guard let alternate = parameters.alternate else { break }
            media = media === alternate ? parameters.media : alternate
            playback.go(to: media.media)
            return .next(dueTime)
        }
        return advance()
    }

    /// The most that waits for a client: eight seconds of 4 Mbit/s.
    private static let outputLimit = 4 << 20

    private mutating func advance() -> Outcome {
        playback.advance()
        let jitter = parameters.configuration.jitter.nanoseconds
        guard jitter > 0 else { return .next(dueTime) }
        return .next(dueTime + .nanoseconds(Int64(random.next() % UInt64(jitter))))
    }
}
