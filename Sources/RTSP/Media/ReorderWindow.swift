internal import Platform

/// Puts datagrams back into the order of their sequence numbers.
///
/// A packet that is next in order passes without being copied; only what comes early is kept,
/// until the gap closes, or has been open too long, or too many wait behind it.
struct ReorderWindow {
    /// What to do with a packet.
    enum Decision: Equatable {
        /// It is next: deliver it, then ask for `next`.
        case deliver
        /// It is early and was kept.
        case kept
        /// Its place has passed.
        case tooLate
    }

    private struct Held {
        var sequence: UInt16
        var bytes: [UInt8]
        var arrival: MonotonicTime
    }

    private let capacity: Int
    private let patience: Duration
    private var awaited: UInt16?
    private var source: UInt32?
    /// Ordered by distance from `awaited`.
    private var held: [Held] = []

    init(capacity: Int = 256, patience: Duration = .milliseconds(200)) {
        self.capacity = capacity
        self.patience = patience
    }

    /// When the packet that waits longest is to be given out regardless; nil if none waits.
    var deadline: MonotonicTime? { held.map(\.arrival).min().map { $0 + patience } }

    /// Takes a packet that has just come.
    ///
    /// - Parameter source: who counts its packets so (SSRC); another one begins another count.
    mutating func offer(
        _ sequence: UInt16, from source: UInt32, _ bytes: UnsafeRawBufferPointer,
        at arrival: MonotonicTime
    ) -> Decision {
        if source != self.source {
            self.source = source
            awaited = nil
            held.removeAll()
        }
        guard let awaited, sequence != awaited else {
            awaited = sequence &+ 1
            return .deliver
        }
        let distance = sequence &- awaited
        if distance > 0x8000 {
            // Far behind is not late: the sender has begun to count anew.
            guard distance < 0 &- 3000 else { return .tooLate }
            held.removeAll()
            self.awaited = sequence &+ 1
            return .deliver
        }
        let place = held.firstIndex { $0.sequence &- awaited >= distance } ?? held.endIndex
        guard place == held.endIndex || held[place].sequence != sequence else { return .tooLate }
        held.insert(Held(sequence: sequence, bytes: Array(bytes), arrival: arrival), at: place)
        return .kept
    }

    /// Returns the kept packet whose turn it is; nil if none.
    mutating func next(at now: MonotonicTime) -> [UInt8]? {
        guard let first = held.first else { return nil }
        let isDue = first.sequence == awaited || held.count > capacity
        guard isDue || deadline.map({ now >= $0 }) == true else { return nil }
        awaited = first.sequence &+ 1
        return held.removeFirst().bytes
    }
}
