public import Platform

/// One stream's own time line: it starts at zero, only goes forward, and survives any camera.
///
/// Cameras repeat stamps, step their clocks, and send single stamps that are hours off. None of
/// that may end a session. A stamp that moves forward by at most a second is taken as it is; a
/// larger step is believed when the arrival clock saw as much time pass; anything else is put where
/// the rhythm of the stream expects it, until three stamps in a row agree on the new place.
///
/// A value without a clock of its own: the same stamps and arrivals give the same line.
public struct Timeline: Sendable {
    /// Where a packet lies on the line.
    public struct Placement: Sendable, Equatable {
        /// Decoding time in ticks since the session's first packet; greater than every one before.
        public var dts: Int64
        /// Presentation time minus decoding time in ticks; never negative.
        public var compositionOffset: Int64
        /// How far the camera's clock jumped for good at this packet; nil when it did not.
        public var jump: Duration?
    }

    /// Ticks per second; more than zero.
    public let timescale: Int64
    /// What had to be corrected so far.
    public private(set) var repairs = TimeRepairs()
    /// The usual distance of two packets in ticks.
    public private(set) var rhythm: Int64

    private let compositionGuess: Int64
    private var offset: Int64?
    private var last: Last?
    private var suspects = 0
    private var lastSuspect: Int64 = 0

    private struct Last {
        var dts: Int64
        var arrival: MonotonicTime
        /// How far the line was ahead of the arrival clock lately, in ticks.
        var lead: Int64
    }

    /// A line that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - timescale: ticks per second; more than zero.
    ///   - rhythm: the expected distance of two packets in ticks, until packets have shown it.
    ///   - reorderDepth: how many packets may precede another in decoding order only
    ///     (`has_b_frames`); stands in where a first packet has no presentation time.
    public init(timescale: Int64, rhythm: Int64, reorderDepth: Int = 0) {
        self.timescale = timescale
        self.rhythm = max(rhythm, 1)
        compositionGuess = Int64(reorderDepth) * max(rhythm, 1)
    }

    /// Places the stream's next packet.
    ///
    /// - Parameters:
    ///   - pts: the packet's presentation time in ticks, if it has one.
    ///   - dts: its decoding time in ticks, if it has one.
    ///   - arrival: when it was read.
    public mutating func place(
        pts: Int64?, dts: Int64?, arrival: MonotonicTime
    ) -> Placement {
        let stamp = dts ?? (compositionGuess == 0 ? pts : nil)
        var placement = Placement(dts: 0, compositionOffset: 0, jump: nil)
        if let last {
            placement.dts = next(after: last, stamp: stamp, arrival, &placement.jump)
        } else {
            offset = stamp.map { 0 &- $0 } ?? pts.map { compositionGuess &- $0 }
        }
        var composition = compositionGuess
        if let pts {
            // A stream that begins in the middle of a reordering has no decoding times at first.
            composition =
                stamp.map { pts &- $0 } ?? offset.map { pts &+ $0 &- placement.dts } ?? composition
        }
        placement.compositionOffset = min(max(composition, 0), 10 * timescale)
        let lead = placement.dts &- ticks(arrival)
        let faded = last.map { $0.lead &- ticks($0.arrival, to: arrival) / 5 } ?? lead
        last = Last(dts: placement.dts, arrival: arrival, lead: max(lead, faded))
        return placement
    }

    private mutating func next(
        after last: Last, stamp: Int64?, _ arrival: MonotonicTime, _ jump: inout Duration?
    ) -> Int64 {
        guard let stamp else {
            repairs.filled += 1
            return last.dts + rhythm
        }
        guard let offset else {
            self.offset = last.dts &+ rhythm &- stamp
            return last.dts + rhythm
        }
        let place = stamp &+ offset
        let step = place &- last.dts
        if isPlausible(step: step, place: place, after: last, arrival) {
            suspects = 0
            if step <= timescale { rhythm = max(1, rhythm + (step - rhythm) / 8) }
            return place
        }
        if step <= 0, step > -rhythm {
            repairs.nudged += 1
            return last.dts + 1
        }
        let paused = ticks(last.arrival, to: arrival)
        let expected = last.dts + (paused > timescale ? paused : rhythm)
        let agrees = suspects > 0 && (1...timescale).contains(stamp &- lastSuspect)
        suspects = agrees ? suspects + 1 : 1
        lastSuspect = stamp
        repairs.outliers += 1
        if suspects == 3 {
            repairs.outliers -= 3
            suspects = 0
            self.offset = expected &- stamp
            jump = .seconds(Double(place &- expected) / Double(timescale))
        }
        return expected
    }

    /// Says whether a stamp can be believed.
    ///
    /// Up to a second forward is always believed: a pause of the network makes arrivals bunch, not
    /// stamps. A longer step is a gap in the camera's sending if it leaves the line no further
    /// ahead of the arrival clock than a second more than it lately was.
    private func isPlausible(
        step: Int64, place: Int64, after last: Last, _ arrival: MonotonicTime
    ) -> Bool {
        guard step > 0 else { return false }
        guard step > timescale else { return true }
        return place &- ticks(arrival) <= last.lead &+ timescale
    }

    private func ticks(_ from: MonotonicTime, to: MonotonicTime) -> Int64 {
        ticks(to) &- ticks(from)
    }

    private func ticks(_ instant: MonotonicTime) -> Int64 {
        let (seconds, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds &* timescale &+ rest &* timescale / 1_000_000_000
    }
}
