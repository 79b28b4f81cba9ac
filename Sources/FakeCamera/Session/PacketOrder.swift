/// Which packets of a frame go out, and in which order: loss, doubling and swapping.
struct PacketOrder {
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

    /// Returns the packets to send, by their index.
    mutating func order(_ packets: Range<Int>) -> [Int] {
        guard let plan, isUsed else { return Array(packets) }
        var order: [Int] = []
        var held: Int?
        for packet in packets {
            seen += 1
            let isHit = seen % plan.every == 0
            switch plan.fault {
            case .packetLoss: if !isHit { order.append(packet) }
            case .packetDuplicate: order += isHit ? [packet, packet] : [packet]
            // The last packet of a frame has no neighbour in it to be swapped with.
            case .packetReorder where isHit && held == nil && packet + 1 < packets.upperBound:
                held = packet
            default:
                order.append(packet)
                if let waiting = held { order.append(waiting) }
                held = nil
            }
        }
        return order
    }
}
