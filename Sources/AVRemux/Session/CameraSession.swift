internal import Platform
internal import RTSP

/// The read loop: one session with a camera, from its first packet to its end.
///
/// Lives on the camera's thread. Invariant at the head of the loop: every frame that was read is in
/// a clip, held for its duration, waiting for the sound that will share its clip, or counted.
struct CameraSession: ~Copyable {
    /// How long the first clip waits for announced sound, so that it need not begin without.
    static let soundPatience = Duration.seconds(1)
    /// The same once its packets come, which libavformat may hold back behind the picture's.
    static let arrivedSoundPatience = Duration.seconds(3)
    /// How long a session may go on without any key frame; smart codecs take minutes.
    static let keyFramePatience = Duration.seconds(300)
    /// How far behind its boundary a clip may be before the user hears of it.
    static let overdueAfter = Duration.seconds(10)
    /// Failures of the sound's decoder in a row that end the sound.
    static let soundFailures = 10

    private var session: OpenSession
    private var clips: ClipSequence
    private var reporter: SessionReporter
    private let clocks: any Clocks
    private let stallTimeout: Duration
    private let began: MonotonicTime
    /// Frames from the first key frame on, while the announced sound is awaited.
    private var waiting: [ClipSequence.Frame] = []
    private var hasHeardSound = false
    private var soundErrors = 0
    private var undecodableKeyFrames = 0
    private var countedRepairs = 0
    private var isCatchingUp = true
    private var firstRecorded: MonotonicTime?
    private var lastFrame: MonotonicTime?
    /// Where the last picture that came lies on the session's line.
    private var picture: Duration?
    private var lastKeyFrame: MonotonicTime?
    private var hasReportedOverdue = false

    init(
        session: consuming OpenSession, clips: ClipSequence, reporter: SessionReporter,
        clocks: any Clocks, stallTimeout: Duration, began: MonotonicTime
    ) {
        self.session = session
        self.clips = clips
        self.reporter = reporter
        self.clocks = clocks
        self.stallTimeout = stallTimeout
        self.began = began
    }

    /// For how long the session put video into clips.
    var goodVideo: Duration {
        guard let firstRecorded, let lastFrame else { return .zero }
        return lastFrame - firstRecorded
    }

    /// What still has to say goodbye to the camera.
    var goodbye: PacketFeed { session.feed }

    /// Records until the session ends, and says why it did.
    ///
    /// The clips are then ended, but the camera has not heard of it: that is what `goodbye` is for.
    mutating func run() -> SessionEnd {
        while true {
            do throws(SessionEnd) {
                let packet = try session.demuxer.read()
                if packet.streamIndex == session.video.streamIndex {
                    try takePicture(packet)
                } else {
                    try takeSound(packet)
                }
            } catch {
                return end(error.named(stallTimeout: stallTimeout))
            }
        }
    }

    private mutating func takePicture(_ packet: Packet) throws(SessionEnd) {
        guard try !session.video.joins(packet) else { return }
        // The last picture is only handed over when the session has ended, a stall after it came.
        let present = clocks.monotonic
        let now = min(present, session.feed.lastPicturePacket)
        let placement = session.video.place(packet, arrival: now)
        picture = .nanoseconds(
            rescale(placement.dts, from: MovieHeader.videoTimescale, to: 1_000_000_000))
        if let jump = placement.jump {
            reporter.tell(.timeJumped(jump))
            clips.forcedReason = .timeJump
        }
        let isKey = try examine(packet)
        guard isKey || clips.isOpen || !waiting.isEmpty else {
            guard now - began < Self.keyFramePatience else {
                throw .noKeyFrame(Self.keyFramePatience)
            }
            return
        }
        let arrival = arrivalTime(of: placement.dts, now: now)
        let frame = ClipSequence.Frame(
            packet: packet, dts: placement.dts, compositionOffset: placement.compositionOffset,
            isKey: isKey, arrival: arrival, wall: clocks.wall + (arrival - present))
        if mustWaitForSound(from: frame) {
            waiting.append(frame)
        } else {
            try release()
            try record(frame)
        }
        noticeOverdue(at: frame.wall)
    }

    /// Reads a key frame's parameter sets; returns whether a clip may begin with the packet.
    private mutating func examine(_ packet: Packet) throws(SessionEnd) -> Bool {
        guard packet.isKey else { return false }
        do {
            switch try session.video.examine(keyFrame: packet.bytes) {
            case .same:
                return true
            case .changed(let from, let to):
                reporter.tell(.parametersChanged(from: from, to: to))
                clips.forcedReason = .parametersChanged
                return true
            case .undecodable:
                undecodableKeyFrames += 1
                if undecodableKeyFrames > 2 { throw SessionEnd.noParameterSets }
                return false
            }
        } catch let end as SessionEnd {
            throw end
        } catch {
            return true
        }
    }

    private mutating func record(_ frame: ClipSequence.Frame) throws(SessionEnd) {
        let lost = session.feed.takeLostPackets()
        clips.lostPackets += UInt64(lost)
        let repairs = session.video.repairs
        clips.timeRepairs += UInt64(clamping: repairs.total - countedRepairs)
        countedRepairs = repairs.total
        do {
            let began = try clips.append(
                frame, video: &session.video, audio: hasHeardSound ? session.audio : nil)
            if began, firstRecorded == nil { noteFirstRecorded(frame) }
        } catch {
            throw .libav(error)
        }
        lastFrame = frame.arrival
        if frame.isKey { lastKeyFrame = frame.arrival }
        reporter.count(
            frameBytes: frame.packet.bytes.count, packets: session.feed.takePackets(),
            lostPackets: lost,
            repairs: repairs, droppedFrames: clips.takeDroppedFrames(),
            isShedding: clips.isShedding, now: frame.arrival)
        // Most cameras begin a new session with a key frame.
        guard !clips.isTooLarge else {
            throw .noKeyFrame(frame.arrival - (lastKeyFrame ?? began))
        }
    }

    private mutating func noteFirstRecorded(_ frame: ClipSequence.Frame) {
        firstRecorded = frame.arrival
        reporter.tell(
            .connected(
                ConnectionFacts(
                    video: session.video.facts, server: session.rtsp.serverName,
                    authentication: session.rtsp.authenticationUsed,
                    timeToKeyFrame: frame.arrival - began)))
        let facts = session.video.facts
        reporter.set {
            $0.activity = .recording
            $0.since = frame.arrival
            $0.video = facts
        }
        reporter.tell(.recording)
    }

    private mutating func takeSound(_ packet: Packet) throws(SessionEnd) {
        guard let audio = session.audio, packet.streamIndex == audio.streamIndex,
            soundErrors < Self.soundFailures
        else { return }
        let now = clocks.monotonic
        session.alignAudio(now: now)
        if !hasHeardSound {
            hasHeardSound = true
            if clips.isOpen { clips.forcedReason = .parametersChanged }
        }
        try release()
        do {
            let isRelabelled = try audio.process(packet, arrival: now, picture: picture) {
                clips.append($0, of: audio)
            }
            if isRelabelled { noteRelabelled(audio.verdict) }
            soundErrors = 0
        } catch {
            soundErrors += 1
            if soundErrors == Self.soundFailures {
                reporter.tell(.audio(.dropped("it cannot be decoded (\(error))")))
            }
        }
    }

    private mutating func noteRelabelled(_ verdict: AudioVerdict) {
        reporter.tell(.audio(verdict))
        reporter.set { $0.audio = verdict }
        clips.forcedReason = .parametersChanged
        clips.muteUntilNextClip()
    }

    private func mustWaitForSound(from frame: ClipSequence.Frame) -> Bool {
        guard let audio = session.audio, !hasHeardSound, !clips.isOpen else { return false }
        guard let first = waiting.first else { return true }
        let hasArrived = session.feed.media[audio.streamIndex].firstArrival != nil
        let patience = hasArrived ? Self.arrivedSoundPatience : Self.soundPatience
        return clocks.monotonic - first.arrival < patience
            && frame.dts - first.dts
                < rescale(patience.nanoseconds, from: 1_000_000_000, to: MovieHeader.videoTimescale)
    }

    private mutating func release() throws(SessionEnd) {
        guard !waiting.isEmpty else { return }
        let frames = waiting
        waiting = []
        for frame in frames { try record(frame) }
    }

    /// Returns when a frame arrived.
    ///
    /// libavformat reads up to a second before it hands the first frame over; those frames are
    /// counted from the first packet's arrival.
    private mutating func arrivalTime(of dts: Int64, now: MonotonicTime) -> MonotonicTime {
        guard isCatchingUp, let first = session.feed.media[0].firstArrival else { return now }
        let estimate =
            first + .nanoseconds(rescale(dts, from: MovieHeader.videoTimescale, to: 1_000_000_000))
        isCatchingUp = estimate + .milliseconds(100) < now
        return min(estimate, now)
    }

    private mutating func noticeOverdue(at wall: WallTime) {
        let overdue = clips.overdue(at: wall)
        if overdue > Self.overdueAfter, !hasReportedOverdue {
            reporter.tell(.keyFrameOverdue(overdue))
            hasReportedOverdue = true
        } else if overdue == .zero {
            hasReportedOverdue = false
        }
    }

    private mutating func end(_ cause: SessionEnd) -> SessionEnd {
        try? release()
        if hasHeardSound, let audio = session.audio {
            try? audio.flush { clips.append($0, of: audio) }
        }
        clips.finish(cause.clipReason, video: &session.video, audio: session.audio)
        reporter.count(droppedFrames: clips.takeDroppedFrames())
        reporter.flush(isShedding: clips.isShedding, now: clocks.monotonic)
        return cause
    }
}
