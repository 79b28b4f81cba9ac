public import Platform
import Synchronization

/// Clocks that stand still until a test moves them.
public final class ManualClocks: Clocks {
    private let state: Mutex<(monotonic: MonotonicTime, wall: WallTime)>

    /// Starts a minute after the machine's start, at 2025-02-23T09:00:00Z unless told otherwise.
    public init(wall: WallTime = WallTime(nanoseconds: 1_740_301_200_000_000_000)) {
        state = Mutex((MonotonicTime(nanoseconds: 60_000_000_000), wall))
    }

    /// The instant that `advance` last reached.
    public var monotonic: MonotonicTime { state.withLock { $0.monotonic } }
    /// The wall time that `advance` or `step` last reached.
    public var wall: WallTime { state.withLock { $0.wall } }

    /// Lets time pass on both clocks.
    public func advance(by duration: Duration) {
        state.withLock { $0 = ($0.monotonic + duration, $0.wall + duration) }
    }

    /// Sets the wall clock forwards or back; the other goes on unmoved.
    public func step(by duration: Duration) {
        state.withLock { $0.wall = $0.wall + duration }
    }
}
