public import Platform
import Synchronization

/// Whether the wall clock can be right; may be asked from any thread.
///
/// A small machine without a battery wakes up in 1970, and a broken one in any year. Clips of such
/// a time are marked, and nothing is deleted for its age.
public final class ClockTrust: Sendable {
    private let earliest: WallTime
    private let isSynchronized: @Sendable () -> Bool
    private let evidence = Mutex(ClockEvidence())

    /// Judges the clock of this machine.
    ///
    /// - Parameters:
    ///   - earliest: no honest clock shows an earlier time, such as that of the program's file.
    ///   - isSynchronized: whether the kernel says now that the clock was set by a better one.
    public init(earliest: WallTime, isSynchronized: @escaping @Sendable () -> Bool) {
        self.earliest = earliest
        self.isSynchronized = isSynchronized
    }

    /// Trusts every time, for volumes whose clock is somebody else's concern.
    public static let always = ClockTrust(
        earliest: WallTime(nanoseconds: 0), isSynchronized: { true })

    /// Tells whether a wall time that was read together with `monotonic` can be right.
    public func trusts(_ wall: WallTime, at monotonic: MonotonicTime) -> Bool {
        let isSynchronized = isSynchronized()
        return evidence.withLock {
            $0.judge(
                wall, at: monotonic, earliest: earliest, isSynchronized: isSynchronized)
        }
    }

    /// Takes note of a clip that began when the clock could be right.
    func learn(clipStart: WallTime) {
        evidence.withLock { $0.newestClip = max($0.newestClip ?? clipStart, clipStart) }
    }
}

/// What speaks for and against a wall clock that no better one has set.
struct ClockEvidence: Sendable {
    /// The start of the newest clip that was recorded by a clock that could be right.
    var newestClip: WallTime?
    /// How far the wall clock was ahead of the one that never steps when it was first believed.
    private var lead: Int64?

    /// A recorder that was off for longer is believed only once its clock was set.
    private static let longestPause: Duration = .seconds(366 * 86_400)
    /// Clips of several cameras do not begin in the order of their first pictures.
    private static let disorder: Duration = .seconds(60)
    private static let largestStep: Duration = .seconds(86_400)

    /// Weighs a wall time: it must not lie before the newest clip, nor far after it, nor have
    /// stepped ahead by more than a day.
    mutating func judge(
        _ wall: WallTime, at monotonic: MonotonicTime, earliest: WallTime, isSynchronized: Bool
    ) -> Bool {
        let lead = wall.nanoseconds - monotonic.nanoseconds
        if isSynchronized {
            self.lead = lead
            return true
        }
        guard wall >= earliest else { return false }
        if let newestClip {
            let pause = wall - newestClip
            guard pause >= .zero - Self.disorder, pause <= Self.longestPause else { return false }
        }
        let believed = self.lead ?? lead
        self.lead = believed
        return .nanoseconds(lead - believed) <= Self.largestStep
    }
}
