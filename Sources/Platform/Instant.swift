/// An instant on both clocks: one to name it, one to measure from it.
public struct Instant: Hashable, Sendable, Comparable {
    /// The wall clock then.
    public var wall: WallTime
    /// The clock that never steps, since the machine's start.
    public var monotonic: MonotonicTime

    /// An instant that both clocks tell.
    public init(wall: WallTime, monotonic: MonotonicTime) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// The present instant.
    public init(_ clocks: any Clocks) {
        self.init(wall: clocks.wall, monotonic: clocks.monotonic)
    }

    /// Orders instants of one run of the machine.
    public static func < (a: Self, b: Self) -> Bool { a.monotonic < b.monotonic }
    /// Returns the instant `duration` later, if the wall clock is not set until then.
    public static func + (a: Self, duration: Duration) -> Self {
        Self(wall: a.wall + duration, monotonic: a.monotonic + duration)
    }
    /// Returns the instant that the wall clock, as it goes now, called `wall`.
    public func called(_ wall: WallTime) -> Self { self + (wall - self.wall) }
}
