internal import AVRemux
internal import Platform

/// What a fault does to the RTP timestamps and the sender reports of one session.
struct StampFaults {
    private let plan: FaultPlan?
    /// Video frames seen since the fault became active.
    private var frames = 0
    private var last: Int64?

    /// - Parameter plan: `nil` for a session that is not hit.
    init(_ plan: FaultPlan?) { self.plan = plan }

    /// Returns what RTP time starts with, if the fault determines it.
    ///
    /// - Parameter rate: ticks of the stream's clock per second.
    func base(rate: Int) -> UInt32? {
        guard let plan, plan.fault == .timestampWrap else { return nil }
        let ticks = Int64(rate) * (plan.step ?? .seconds(2)).ticks / 90_000
        return 0 &- UInt32(truncatingIfNeeded: ticks)
    }

    /// Returns the time that a frame is stamped with.
    ///
    /// - Parameters:
    ///   - time: the right RTP time since the start of the session, in the stream's ticks.
    ///   - isActive: whether the fault has begun and not ended.
    mutating func stamp(
        _ time: Int64, rate: Int, kind: PacketizedMedia.Kind, isActive: Bool
    ) -> Int64 {
        guard let plan else { return time }
        let rate = Int64(rate)
        let seconds = { (fallback: Int64) in
            rate * (plan.step ?? .seconds(fallback)).ticks / 90_000
        }
        switch plan.fault {
        case .clockFast: return time * 115 / 100
        case .clockSlow: return time * 85 / 100
        case .audioFast: return kind == .audio ? time * 102 / 100 : time
        case .timestampJumpForward where isActive: return time + seconds(3_600)
        case .timestampJumpBack where isActive: return time - seconds(600)
        case .timestampOutlier where isActive && kind == .video:
            frames += 1
            return frames % plan.every == 1 % plan.every ? time - seconds(9_800) : time
        case .timestampDuplicate where kind == .video:
            if isActive { frames += 1 }
            let isHit = isActive && frames % plan.every == 1 % plan.every
            let stamped = isHit ? last ?? time : time
            last = stamped
            return stamped
        default: return time
        }
    }

    /// Returns the RTP time that a sender report gives, which counts as no frame.
    func reportTime(
        _ time: Int64, rate: Int, kind: PacketizedMedia.Kind, isActive: Bool
    ) -> Int64 {
        switch plan?.fault {
        case .timestampOutlier, .timestampDuplicate: return time
        default:
            var copy = self
            return copy.stamp(time, rate: rate, kind: kind, isActive: isActive)
        }
    }

    /// Whether a stream's sender reports are sent.
    ///
    /// A skew shows when a stream's first report comes after its first packets.
    func reports(kind: PacketizedMedia.Kind, isActive: Bool) -> Bool {
        plan?.fault != .senderReportAudioSkew || kind == .video || isActive
    }

    /// Returns what is added to the wall clock of a sender report.
    func senderReportShift(kind: PacketizedMedia.Kind, isActive: Bool) -> Duration {
        guard let plan else { return .zero }
        switch plan.fault {
        case .senderReportStepForward where isActive: return plan.step ?? .seconds(3_600)
        case .senderReportStepBack where isActive: return .zero - (plan.step ?? .seconds(600))
        case .senderReportAudioSkew where kind == .audio: return plan.step ?? .milliseconds(500)
        default: return .zero
        }
    }
}
