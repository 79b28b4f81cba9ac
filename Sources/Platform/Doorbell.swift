internal import CLinux
import Glibc

/// Wakes one waiting thread; a ring before the wait is not lost, several rings are one.
public final class Doorbell: Sendable {
    private let descriptor: OwnedDescriptor

    /// Makes a bell that nobody has rung.
    ///
    /// - Throws: `SystemError` if the process has no descriptor left.
    public init() throws(SystemError) {
        let number = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard number >= 0 else { throw SystemError(call: "eventfd", subject: "doorbell") }
        descriptor = OwnedDescriptor(adopting: number)
    }

    /// The descriptor to wait for with `POLLIN`; `wait` empties it.
    public var number: Int32 { descriptor.number }

    /// Wakes the waiting thread; never blocks.
    public func ring() {
        var one: UInt64 = 1
        _ = write(descriptor.number, &one, 8)
    }

    /// Waits for a ring, at most `duration`; nil waits for ever.
    public func wait(atMost duration: Duration?) {
        // Rounded up: a wait that ends early is a loop that spins.
        let milliseconds = duration.map { max(0, $0.nanoseconds / 1_000_000 + 1) } ?? -1
        var poll = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&poll, 1, Int32(clamping: milliseconds))
        var rings: UInt64 = 0
        _ = read(descriptor.number, &rings, 8)
    }
}
