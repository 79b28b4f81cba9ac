/// A request to stop, shared by the one who makes it and the thread that is to obey it.
///
/// It is also a descriptor, so that a thread that waits in `poll(2)` for a network wakes at once.
public final class Cancellation: Sendable {
    /// Beaten by the thread wherever it looks or waits for the request: one that would not hear it
    /// any more is stuck.
    public let pulse = Pulse()
    private let latch: Latch

    /// Makes a request that nobody has made yet.
    ///
    /// - Throws: `SystemError` if the process has no descriptor left.
    public init() throws(SystemError) { latch = try Latch() }

    /// The descriptor to wait for with `POLLIN`; never to be read or closed.
    public var descriptor: Int32 { latch.descriptor }

    /// True from the first `cancel()` on.
    public var isCancelled: Bool { latch.isSet }

    /// Asks to stop; from any thread, any number of times, and it never blocks.
    public func cancel() { latch.set() }
}
