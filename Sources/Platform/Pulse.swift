import Synchronization

/// A thread's sign of life, for whoever watches that it goes on.
///
/// A thread that loops shows it in every turn, and waits in pieces no longer than `interval`.
public final class Pulse: Sendable {
    /// The longest a thread that is well goes without a beat.
    public static let interval = Duration.seconds(5)

    private let count = Atomic<UInt64>(0)
    private let excuses = Atomic<Int>(0)

    /// Makes the pulse of a thread that has done nothing yet.
    public init() {}

    /// Says that the thread goes on; one atomic addition, as often as it likes.
    public func beat() { count.wrappingAdd(1, ordering: .relaxed) }

    /// Runs a call of a library that no deadline ends; nobody expects a beat meanwhile.
    public func excused<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        excuses.wrappingAdd(1, ordering: .relaxed)
        defer {
            beat()
            excuses.wrappingSubtract(1, ordering: .relaxed)
        }
        return try body()
    }

    /// How often it has beaten, from any thread; nil while the thread is excused.
    public var beats: UInt64? {
        excuses.load(ordering: .relaxed) > 0 ? nil : count.load(ordering: .relaxed)
    }
}
