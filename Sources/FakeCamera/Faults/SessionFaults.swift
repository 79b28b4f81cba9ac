internal import AVRemux
internal import Platform

/// What a fault does to the frames of one session: decisions only.
struct SessionFaults {
    /// What becomes of a frame.
    enum Action: Equatable {
        case send
        case skip
        /// Nothing more is sent for this long; `nil` is for ever. The first half of the frame may
        /// go out before, the other half afterwards.
        case hold(Duration?, halfFrame: Bool)
        /// The connection ends, in the middle of a packet or before the frame.
        case close(reset: Bool, midPacket: Bool)
        /// The session goes over to the other media, whose first frame replaces this one.
        case switchMedia
    }

    private let plan: FaultPlan?
    private var beganAt: Int64?
    private var hasFired = false
    private var hasSentKeyFrame = false

    /// - Parameter plan: `nil` for a session that is not hit.
    init(_ plan: FaultPlan?) { self.plan = plan }

    /// Decides on the next frame.
    ///
    /// - Parameters:
    ///   - position: when the frame is due, in ticks of 1/90000 s since the start of the session.
    ///   - videoFrames: video frames that the session has sent before.
    mutating func action(
        _ frame: PacketizedMedia.Frame, isVideo: Bool, position: Int64, videoFrames: Int
    ) -> Action {
        guard let plan else { return .send }
        if beganAt == nil, videoFrames >= plan.afterFrames { beganAt = position }
        if let action = wholeSession(plan, frame, isVideo: isVideo, position: position) {
            return action
        }
        guard isActive(position) else { return .send }
        switch plan.fault {
        case .audioOnlyAfter: return isVideo ? .skip : .send
        case .audioStops: return isVideo ? .send : .skip
        case .stall: return once(.hold(plan.duration, halfFrame: false))
        case .pause: return once(.hold(plan.duration ?? .seconds(20), halfFrame: false))
        case .fin: return once(.close(reset: false, midPacket: false))
        case .rst, .reboot: return once(.close(reset: true, midPacket: false))
        case .stallMidFrame where isVideo && frame.packets.count > 1:
            return once(.hold(plan.duration, halfFrame: true))
        case .finMidFrame where isVideo:
            return once(.close(reset: false, midPacket: true))
        case .parameterSetChange where isVideo && frame.isKey:
            return once(.switchMedia)
        default: return .send
        }
    }

    /// Faults that do not wait for a number of frames, or that leave out frames all the time.
    private mutating func wholeSession(
        _ plan: FaultPlan, _ frame: PacketizedMedia.Frame, isVideo: Bool, position: Int64
    ) -> Action? {
        switch plan.fault {
        case .silentAudio: return isVideo ? .send : .skip
        case .audioLate: return isVideo || beganAt != nil ? .send : .skip
        case .noIDR: return isVideo && frame.isIDR ? .skip : .send
        case .longGOP:
            guard isVideo, frame.isKey else { return .send }
            let end = (plan.duration ?? .seconds(120)).ticks
            defer { hasSentKeyFrame = true }
            return hasSentKeyFrame && position < end ? .skip : .send
        case .vuiFlip:
            guard isVideo, frame.isKey, position > 0 else { return .send }
            hasFired.toggle()
            return hasFired ? .switchMedia : .send
        default: return nil
        }
    }

    private mutating func once(_ action: Action) -> Action {
        guard !hasFired else { return .send }
        hasFired = true
        return action
    }

    /// Whether the fault has begun and has not ended.
    func isActive(_ position: Int64) -> Bool {
        guard let plan, let beganAt else { return false }
        guard let duration = plan.duration else { return true }
        // A hold lasts by the wall clock; the frame on which it fires is always hit.
        return position - beganAt < max(1, duration.ticks)
    }

    /// The fault, while it is active.
    func active(_ position: Int64) -> FaultPlan? { isActive(position) ? plan : nil }
}

extension Duration {
    /// The duration in ticks of 1/90000 s, towards zero.
    var ticks: Int64 { nanoseconds / 100_000 * 9 + nanoseconds % 100_000 * 9 / 100_000 }

    /// The duration of so many ticks of 1/90000 s.
    static func ticks(_ ticks: Int64) -> Duration {
        .nanoseconds(ticks / 9 * 100_000 + ticks % 9 * 100_000 / 9)
    }
}
