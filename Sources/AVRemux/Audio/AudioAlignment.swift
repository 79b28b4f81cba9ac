internal import Platform

/// Finds where a session's sound lies against its picture.
///
/// Until the camera has told both clocks, arrival is all there is. The sender reports of both media
/// then give the true distance (RFC 3550 6.4.1); only the difference of the two matters, so a camera
/// that steps its clock between two pairs of reports does not move anything. The first ten seconds
/// may correct it at once, before anybody got used to it; afterwards it creeps.
struct AudioAlignment {
    /// Differences beyond this are a camera with unrelated clocks, not a delay.
    static let plausible = Duration.seconds(3)
    /// The creeping speed: seconds of shift for each second of recording.
    static let slewRate = 0.02

    /// What is added to the sound's own line, which starts at zero, to bring it to the session's.
    private(set) var shift: Duration
    private let began: MonotonicTime
    private let byArrival: Duration
    private var changed: MonotonicTime

    /// Starts from the distance at which the first packets of both media arrived.
    init(byArrival: Duration, now: MonotonicTime) {
        self.byArrival = byArrival
        shift = byArrival
        began = now
        changed = now
    }

    /// Takes what the sender reports say now; nil when they do not (yet) say anything.
    mutating func update(byReports: Duration?, now: MonotonicTime) {
        defer { changed = now }
        guard let target = byReports, abs((target - byArrival).seconds) <= Self.plausible.seconds
        else { return }
        if now - began <= .seconds(10) {
            shift = target
            return
        }
        let most = (now - changed).seconds * Self.slewRate
        let missing = (target - shift).seconds
        shift += .seconds(min(max(missing, -most), most))
    }

    /// Returns how long after the picture's first RTP packet the sound's first one was sampled.
    static func offset(
        video: PacketFeed.Medium, videoClock: Int64, audio: PacketFeed.Medium, audioClock: Int64
    ) -> Duration? {
        guard let video = startInNTP(video, clock: videoClock),
            let audio = startInNTP(audio, clock: audioClock)
        else { return nil }
        return .seconds(audio - video)
    }

    /// Seconds of the sender's clock at the medium's first packet.
    private static func startInNTP(_ medium: PacketFeed.Medium, clock: Int64) -> Double? {
        guard let report = medium.senderReport, report.hasWallClock,
            let first = medium.firstTimestamp
        else { return nil }
        // The reports of a day count from a packet of the same day, so a wrap of the 32-bit stamp
        // is one of the two directions.
        let elapsed = Int32(truncatingIfNeeded: Int64(report.timestamp) - Int64(first))
        let seconds =
            Double(report.ntpTime >> 32) + Double(report.ntpTime & 0xffff_ffff) / 4.294967296e9
        return seconds - Double(elapsed) / Double(clock)
    }
}
