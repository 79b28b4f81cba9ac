/// Which packets are lost, doubled or sent behind the next one: one in every N.
struct PacketDamage {
    /// What happens to a packet.
    enum Kind { case none, loss, duplicate, delay }

    private let plan: FaultPlan?
    private var seen = 0

    /// - Parameter plan: `nil` for a session that is not hit.
    init(_ plan: FaultPlan?) { self.plan = plan }

    /// Whether packets may be touched at all; where not, frames go out in one piece.
    var isUsed: Bool {
        switch plan?.fault {
        case .packetLoss, .packetReorder, .packetDuplicate: true
        default: false
        }
    }

    /// Decides on the next packet.
    ///
    /// - Parameter isAnyDelayed: whether a packet waits for this one to go out first.
    mutating func next(isAnyDelayed: Bool) -> Kind {
        guard let plan else { return .none }
        seen += 1
        guard seen % plan.every == 0 else { return .none }
        switch plan.fault {
        case .packetLoss: return .loss
        case .packetDuplicate: return .duplicate
        case .packetReorder: return isAnyDelayed ? .none : .delay
        default: return .none
        }
    }
}
