import Platform
import Synchronization

/// Counts what is written to a volume and how long the disk takes for it; from any thread.
public final class WriteMeter: Sendable {
    /// The upper bounds of the buckets in seconds: from a cache that takes it to a disk that hangs.
    public static let bounds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// What was counted so far.
    public struct Totals: Equatable, Sendable {
        /// Bytes that the system took.
        public var bytes: UInt64 = 0
        /// Calls that failed, to write or to make bytes safe.
        public var errors: UInt64 = 0
        /// Calls by how long they took: one more than `bounds`, the last for what took longer.
        public var buckets = [UInt64](repeating: 0, count: WriteMeter.bounds.count + 1)
        /// Seconds of all calls together.
        public var seconds = 0.0

        /// Nothing yet.
        public init() {}
    }

    private let state = Mutex(Totals())

    /// A meter that has counted nothing.
    public init() {}

    /// What was counted so far.
    public var totals: Totals { state.withLock { $0 } }

    /// Counts a call: the bytes that were taken, or nil if it failed.
    public func count(bytes: Int?, duration: Duration) {
        let seconds = duration.seconds
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { totals in
            totals.bytes += UInt64(bytes ?? 0)
            totals.errors += bytes == nil ? 1 : 0
            totals.buckets[bucket] += 1
            totals.seconds += seconds
        }
    }
}
