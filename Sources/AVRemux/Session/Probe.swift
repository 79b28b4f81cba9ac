public import Platform
public import RTSP

/// What a camera was seen to send.
public struct ProbeReport: Sendable, Equatable {
    /// The video stream.
    public var video: VideoFacts
    /// Frames per second, measured by the camera's own time stamps.
    public var frameRate: Double
    /// Frames per second by our clock; less than `frameRate` when the camera's clock lies.
    public var deliveredFrameRate: Double
    /// Bits per second of video, measured.
    public var bitrate: Double
    /// Seconds from one key frame to the next, mean; nil when fewer than two came.
    public var keyFrameInterval: Double?
    /// The longest of them in seconds; nil when fewer than two came.
    public var longestKeyFrameInterval: Double?
    /// The shortest of them in seconds; nil when fewer than two came.
    public var shortestKeyFrameInterval: Double?
    /// Frames that came.
    public var frames: Int
    /// RTP packets that were lost.
    public var lostPackets: Int
    /// Time stamps that had to be repaired.
    public var timeRepairs: Int
    /// What becomes of the sound.
    public var audio: AudioVerdict
    /// The `Server` header of the camera; empty if it sent none.
    public var server: String
    /// How the camera wanted to be convinced.
    public var authentication: AuthenticationScheme
    /// From the first byte sent to the first key frame.
    public var timeToKeyFrame: Duration
    /// What the camera's sender reports tell of its wall clock; nil without any.
    public var clock: CameraClock?
    /// The first key frame, for a still picture; nil if none came.
    public var keyFrame: KeyFrame?
}

extension ProbeReport {
    /// Connects to a camera as the recorder would and watches it for a while.
    ///
    /// Blocks the calling thread for the time to connect and `duration`; nothing is written.
    ///
    /// - Parameters:
    ///   - duration: for how long frames are counted; two key frames need at least one GOP.
    /// - Throws: why there is no session, or why it ended early.
    public static func measure(
        _ settings: CameraSettings, for duration: Duration, cancellation: Cancellation,
        clocks: any Clocks = SystemClocks()
    ) throws(SessionEnd) -> ProbeReport {
        let began = clocks.monotonic
        AVLog.bind(nil)
        do throws(SessionEnd) {
            var strongest = AuthenticationScheme.none
            var session = try OpenSession.open(
                settings, strongest: &strongest, clocks: clocks, cancellation: cancellation)
            defer { session.feed.close() }
            var tally = Tally()
            while true {
                let packet = try session.demuxer.read()
                guard packet.streamIndex == session.video.streamIndex,
                    try !session.video.joins(packet)
                else { continue }
                let now = clocks.monotonic
                tally.hear(
                    session.feed.media[session.video.streamIndex].senderReport,
                    at: now, wall: clocks.wall)
                let placement = session.video.place(packet, arrival: now)
                if packet.isKey { _ = try? session.video.examine(keyFrame: packet.bytes) }
                tally.count(packet, dts: placement.dts, now: now)
                if packet.isKey, tally.picture == nil { tally.picture = (packet, clocks.wall) }
                if let first = tally.firstKeyFrame, now - first.arrival >= duration { break }
            }
            return tally.report(session, began: began)
        } catch {
            throw error.named(stallTimeout: settings.stallTimeout)
        }
    }

    private struct Tally {
        var firstKeyFrame: (dts: Int64, arrival: MonotonicTime)?
        var last: (dts: Int64, arrival: MonotonicTime)?
        var keyFrames: [Int64] = []
        /// The first key frame; its slices may still be coming.
        var picture: (packet: Packet, wall: WallTime)?
        var frames = 0
        var bytes = 0
        var clock = CameraClock.Listener()

        mutating func hear(_ report: SenderReport?, at now: MonotonicTime, wall: WallTime) {
            guard let report, report.hasWallClock else { return }
            clock.hear(ntpTime: report.ntpTime, at: now, wall: wall)
        }

        mutating func count(_ packet: Packet, dts: Int64, now: MonotonicTime) {
            if packet.isKey {
                keyFrames.append(dts)
                if firstKeyFrame == nil { firstKeyFrame = (dts, now) }
            }
            guard firstKeyFrame != nil else { return }
            frames += 1
            bytes += packet.bytes.count
            last = (dts, now)
        }

        func report(_ session: borrowing OpenSession, began: MonotonicTime) -> ProbeReport {
            let ticks = Double(MovieHeader.videoTimescale)
            let first = firstKeyFrame ?? (0, began)
            let media = Double((last?.dts ?? 0) - first.dts) / ticks
            let elapsed = ((last?.arrival ?? began) - first.arrival).seconds
            let intervals = zip(keyFrames.dropFirst(), keyFrames).map { Double($0 - $1) / ticks }
            let mean = intervals.isEmpty ? nil : intervals.reduce(0, +) / Double(intervals.count)
            return ProbeReport(
                video: session.video.facts,
                frameRate: media > 0 ? Double(frames - 1) / media : 0,
                deliveredFrameRate: elapsed > 0 ? Double(frames - 1) / elapsed : 0,
                bitrate: media > 0 ? Double(bytes) * 8 / media : 0, keyFrameInterval: mean,
                longestKeyFrameInterval: intervals.max(),
                shortestKeyFrameInterval: intervals.min(), frames: frames,
                lostPackets: session.feed.takeLostPackets(),
                timeRepairs: session.video.repairs.total, audio: session.audioVerdict,
                server: session.rtsp.serverName, authentication: session.rtsp.authenticationUsed,
                timeToKeyFrame: first.arrival - began,
                clock: clock.clock,
                keyFrame: picture.flatMap {
                    KeyFrame($0.packet, of: session.video.parameters, wall: $0.wall)
                })
        }
    }
}
