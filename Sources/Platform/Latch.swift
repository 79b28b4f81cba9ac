internal import CLinux
import Glibc
import Synchronization

/// Something that has happened or has not, which a thread can wait for in `poll(2)`.
///
/// The descriptor is readable from the first `set()` on and for ever.
public final class Latch: Sendable {
    private let event: OwnedDescriptor
    private let state = Atomic<Bool>(false)

    /// Makes a latch that is not set.
    ///
    /// - Throws: `SystemError` if the process has no descriptor left.
    public init() throws(SystemError) {
        let number = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard number >= 0 else { throw SystemError(call: "eventfd", subject: "latch") }
        event = OwnedDescriptor(adopting: number)
    }

    /// The descriptor to wait for with `POLLIN`; never to be read or closed.
    public var descriptor: Int32 { event.number }

    /// True from the first `set()` on.
    public var isSet: Bool { state.load(ordering: .acquiring) }

    /// Sets it; from any thread, any number of times, and it never blocks.
    public func set() {
        guard !state.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        _ = write(event.number, &one, MemoryLayout<UInt64>.size)
    }
}
