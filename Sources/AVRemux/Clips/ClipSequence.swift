internal import ISOBMFF
internal import Platform

/// Cuts a session's frames into clips so that no frame lies between two of them.
///
/// A frame is held until the next one tells how long it lasts. When a clip ends, it stays open for
/// the sound that belongs to its last second, which arrives after the picture. Lives on the camera's
/// thread.
struct ClipSequence {
    /// A frame on the session's time line.
    struct Frame {
        var packet: Packet
        /// Decoding time in video ticks.
        var dts: Int64
        var compositionOffset: Int64
        var isKey: Bool
        var arrival: MonotonicTime
        var wall: WallTime
    }

    private struct HeldSound {
        var dts: Int64
        var bytes: [UInt8]
    }

    private let camera: String
    private let rotation: Rotation
    private let sink: any ClipSink
    private let tap: FrameTap
    private let clocks: any Clocks
    private var current: ClipWriter?
    private var ending: (clip: ClipWriter, boundary: Int64, finish: ClipFinish)?
    private var held: Frame?
    private var heldSound: HeldSound?
    private var isMute = false
    /// How long the last piece of sound but one lasted, in its own ticks.
    private var soundStep: Int64?
    private var lastFrame: (wall: WallTime, arrival: MonotonicTime, duration: Duration)?
    private var boundary = WallTime(nanoseconds: 0)
    private var forcedAt: MonotonicTime?
    private var sizes = FragmentSizes()
    /// Frames that clips before the present one dropped, and nobody has asked for yet.
    private var droppedBefore = DroppedFrames()
    /// Why the next key frame must begin a clip although its boundary is not reached.
    var forcedReason: ClipFinish.Reason?
    /// RTP packets lost while the present clip was open.
    var lostPackets: UInt64 = 0
    /// Time stamps repaired while the present clip was open.
    var timeRepairs: UInt64 = 0

    init(
        camera: String, rotation: Rotation, sink: any ClipSink, tap: FrameTap, clocks: any Clocks
    ) {
        self.camera = camera
        self.rotation = rotation
        self.sink = sink
        self.tap = tap
        self.clocks = clocks
    }

    /// Whether a clip is open.
    var isOpen: Bool { current != nil }
    /// Whether frames are dropped because the sink has no room.
    var isShedding: Bool { current?.isShedding ?? false }

    /// Whether the open clip must end now, because no key frame has come to begin another.
    var isTooLarge: Bool { (current?.byteCount ?? 0) >= rotation.greatestSize }

    /// For how long the open clip's boundary has passed without a key frame; zero before it.
    func overdue(at wall: WallTime) -> Duration {
        current != nil && wall > boundary ? wall - boundary : .zero
    }

    /// Takes the number of frames that were dropped since it was last asked for.
    mutating func takeDroppedFrames() -> DroppedFrames {
        defer {
            current?.droppedFrames = DroppedFrames()
            droppedBefore = DroppedFrames()
        }
        return droppedBefore + (current?.droppedFrames ?? DroppedFrames())
    }

    /// Takes the next frame; a key frame may end the clip before it and begin another.
    ///
    /// - Returns: whether a new clip began.
    /// - Throws: an error of the muxer that describes the tracks; the frame is then lost.
    mutating func append(
        _ frame: Frame, video: inout VideoTrack, audio: AudioTrack?
    ) throws(AVError) -> Bool {
        writeHeld(until: frame.dts, with: &video)
        if let ending, frame.dts >= ending.boundary + ClipWriter.fragmentDuration { endEnding() }
        var began = false
        if frame.isKey { current?.endFragment(beforeKeyFrameAt: frame.dts) }
        if frame.isKey, let reason = reasonToRotate(at: frame) {
            try rotate(at: frame, reason: reason, video: video, audio: audio)
            began = true
        }
        if current != nil { held = frame }
        return began
    }

    /// Leaves sound out until the next clip, because its line goes back in time.
    mutating func muteUntilNextClip() {
        isMute = true
        heldSound = nil
    }

    /// Takes the next piece of sound, in ticks of the sound's timescale.
    mutating func append(_ sound: AudioTrack.Sample, of track: AudioTrack) {
        guard !isMute else { return }
        let next = HeldSound(
            dts: max(sound.dts, (heldSound?.dts ?? .min) &+ 1), bytes: [UInt8](sound.bytes))
        if let heldSound { soundStep = next.dts - heldSound.dts }
        writeHeldSound(until: next.dts, of: track)
        if let ending, next.dts >= ticks(ending.boundary, of: track) { endEnding() }
        heldSound = next
    }

    /// Ends the open clips with everything that was appended.
    mutating func finish(
        _ reason: ClipFinish.Reason, video: inout VideoTrack, audio: AudioTrack?
    ) {
        if let held { writeHeld(until: held.dts + video.rhythm, with: &video) }
        if let heldSound, let audio {
            writeHeldSound(until: heldSound.dts + (soundStep ?? audio.timescale / 50), of: audio)
        }
        endEnding()
        current?.finish(finishFacts(reason))
        droppedBefore = droppedBefore + (current?.droppedFrames ?? DroppedFrames())
        current = nil
        held = nil
        heldSound = nil
    }

    private func reasonToRotate(at frame: Frame) -> ClipFinish.Reason? {
        guard let current else { return .rotated }
        if current.isClosed { return .diskFailed }
        if let forcedReason {
            let quiet = forcedAt.map { frame.arrival - $0 >= Rotation.parameterChangeInterval }
            if quiet ?? true { return forcedReason }
        }
        let difference = frame.wall.nanoseconds - frame.arrival.nanoseconds
        if abs(difference - current.clockDifference) > 2_000_000_000 { return .timeJump }
        if current.byteCount >= rotation.sizeLimit || current.isCrowded { return .sizeLimit }
        return frame.wall >= boundary ? .rotated : nil
    }

    private mutating func rotate(
        at frame: Frame, reason: ClipFinish.Reason, video: borrowing VideoTrack, audio: AudioTrack?
    ) throws(AVError) {
        let header = try MovieHeader.make(video: video.parameters, audio: audio?.parameters)
        endEnding()
        if let current {
            sizes = current.expectedSizes
            // A crash while the late sound is awaited must not cost pictures that are there.
            current.flush()
            droppedBefore = droppedBefore + current.droppedFrames
            ending = (current, frame.dts, finishFacts(reason))
            if heldSound == nil || !current.hasAudio { endEnding() }
        }
        if forcedReason != nil {
            forcedReason = nil
            forcedAt = frame.arrival
        }
        tap.describe(header, audioTimescale: audio?.timescale)
        isMute = false
        lostPackets = 0
        timeRepairs = 0
        boundary = rotation.boundary(
            ofClipStartedAt: frame.wall, utcOffset: clocks.utcOffset(at: frame.wall))
        current = ClipWriter(
            sink: sink,
            start: ClipStart(
                camera: camera, start: frame.wall, startMonotonic: frame.arrival,
                muxerBytes: header),
            base: frame.dts, audioTimescale: audio?.timescale, sizes: sizes)
    }

    private mutating func writeHeld(until next: Int64, with video: inout VideoTrack) {
        guard let frame = held, let current else { return }
        held = nil
        let duration = Duration.nanoseconds(
            rescale(next - frame.dts, from: MovieHeader.videoTimescale, to: 1_000_000_000))
        lastFrame = (frame.wall, frame.arrival, min(duration, .seconds(1)))
        let bytes = frame.packet.bytes
        let size = video.sampleSize(of: bytes)
        current.appendVideo(
            dts: frame.dts, duration: next - frame.dts,
            compositionOffset: frame.compositionOffset, isKey: frame.isKey, size: size,
            wall: frame.wall
        ) { video.write(bytes, to: $0) }
        tap.take(
            RunningGOP.Picture(frame: frame, duration: next - frame.dts, size: size), of: &video)
    }

    private mutating func writeHeldSound(until next: Int64, of track: AudioTrack) {
        guard let sound = heldSound, let wall = lastFrame?.wall else { return }
        let isLate = ending.map { sound.dts < ticks($0.boundary, of: track) } ?? false
        let clip = isLate ? ending?.clip : current
        sound.bytes.withUnsafeBytes {
            clip?.appendAudio(dts: sound.dts, duration: next - sound.dts, bytes: $0, wall: wall)
            tap.live?.appendSound(
                dts: sound.dts, duration: next - sound.dts, bytes: $0, wall: wall)
        }
    }

    private mutating func endEnding() {
        ending?.clip.finish(ending?.finish ?? finishFacts(.rotated))
        ending = nil
    }

    private func finishFacts(_ reason: ClipFinish.Reason) -> ClipFinish {
        ClipFinish(
            reason: reason, end: lastFrame.map { $0.wall + $0.duration } ?? clocks.wall,
            endMonotonic: lastFrame.map { $0.arrival + $0.duration } ?? clocks.monotonic,
            lostPackets: lostPackets, timeRepairs: timeRepairs)
    }

    private func ticks(_ videoTicks: Int64, of track: AudioTrack) -> Int64 {
        rescale(videoTicks, from: MovieHeader.videoTimescale, to: track.timescale)
    }
}
