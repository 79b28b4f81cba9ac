/// Counts what came and what did not by the sequence numbers of one source (RFC 3550 A.1, A.3).
struct SequenceTracker: Equatable {
    /// What a packet means for the ones before it.
    enum Verdict: Equatable {
        /// The next in order, after so many that are missing.
        case inOrder(lost: Int)
        /// An earlier one or one that was here already.
        case late
        /// The sender has begun to count anew.
        case restarted
    }

    /// RFC 3550 A.1: the widest gap that still counts as loss.
    private static let maxDropout: UInt16 = 3000
    /// RFC 3550 A.1: the farthest a packet can lag behind.
    private static let maxMisorder: UInt16 = 100

    private var base = 0
    private(set) var highest = 0
    private var received = 0
    private var expectedPrior = 0
    private var receivedPrior = 0
    private var hasStarted = false

    mutating func register(_ sequence: UInt16) -> Verdict {
        guard hasStarted else {
            start(at: sequence)
            return .inOrder(lost: 0)
        }
        let gap = sequence &- UInt16(truncatingIfNeeded: highest + 1)
        if gap < Self.maxDropout {
            highest += Int(gap) + 1
            received += 1
            return .inOrder(lost: Int(gap))
        }
        if gap > UInt16.max - Self.maxMisorder {
            received += 1
            return .late
        }
        start(at: sequence)
        return .restarted
    }

    /// Packets that should have come so far less those that came; negative with duplicates.
    var cumulativeLoss: Int { expected - received }

    /// The share of packets lost since the last call, in 1/256.
    mutating func fractionLost() -> UInt8 {
        let expectedNow = expected - expectedPrior
        let lost = expectedNow - (received - receivedPrior)
        expectedPrior = expected
        receivedPrior = received
        guard expectedNow > 0, lost > 0 else { return 0 }
        return UInt8(min(255, lost * 256 / expectedNow))
    }

    private var expected: Int { hasStarted ? highest - base + 1 : 0 }

    private mutating func start(at sequence: UInt16) {
        base = Int(sequence)
        highest = Int(sequence)
        received = 1
        expectedPrior = 0
        receivedPrior = 0
        hasStarted = true
    }
}
