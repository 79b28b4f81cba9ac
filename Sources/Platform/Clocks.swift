import Glibc

/// An instant of the clock that never steps and that counts time asleep, in nanoseconds since boot.
///
/// Deadlines, stalls and the order of things are measured with it (`CLOCK_BOOTTIME`).
public struct MonotonicTime: Comparable, Hashable, Sendable {
    /// Nanoseconds since the machine started; never negative.
    public var nanoseconds: Int64

    /// The instant that lies `nanoseconds` after the start of the machine.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Orders instants in time.
    public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
    /// Returns the instant `duration` later.
    public static func + (a: Self, duration: Duration) -> Self {
        Self(nanoseconds: a.nanoseconds + duration.nanoseconds)
    }
    /// Returns the time from `b` to `a`.
    public static func - (a: Self, b: Self) -> Duration {
        .nanoseconds(a.nanoseconds - b.nanoseconds)
    }
}

/// An instant of the wall clock, in nanoseconds since 1970-01-01T00:00:00Z.
///
/// It may be wrong and it may step: names and labels are made of it, deadlines are not.
public struct WallTime: Comparable, Hashable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// The instant that lies `nanoseconds` after the start of 1970 in UTC.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Orders instants in time.
    public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
    /// Returns the instant `duration` later.
    public static func + (a: Self, duration: Duration) -> Self {
        Self(nanoseconds: a.nanoseconds + duration.nanoseconds)
    }
    /// Returns the time from `b` to `a`.
    public static func - (a: Self, b: Self) -> Duration {
        .nanoseconds(a.nanoseconds - b.nanoseconds)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, towards zero; durations beyond 292 years are cut to that.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return whole + attoseconds / 1_000_000_000
    }

    /// The duration in seconds, for texts and ratios.
    public var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// Where time comes from, so that a day of recording can be a test of milliseconds.
public protocol Clocks: Sendable {
    /// The present instant of the clock that never steps.
    var monotonic: MonotonicTime { get }
    /// The present instant of the wall clock.
    var wall: WallTime { get }
    /// Returns how many seconds the local clock is ahead of UTC at an instant.
    func utcOffset(at time: WallTime) -> Int64
}

extension Clocks {
    /// The machine's time zone.
    public func utcOffset(at time: WallTime) -> Int64 { LocalTime.utcOffset(at: time) }
}

/// The clocks of the machine.
public struct SystemClocks: Clocks {
    /// The clocks of the machine.
    public init() {}

    /// `CLOCK_BOOTTIME`: goes on while the machine sleeps, so that a stall is noticed on waking.
    public var monotonic: MonotonicTime { MonotonicTime(nanoseconds: read(CLOCK_BOOTTIME)) }

    /// `CLOCK_REALTIME`.
    public var wall: WallTime { WallTime(nanoseconds: read(CLOCK_REALTIME)) }

    private func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
