import CLinux
import Glibc
import Platform

/// The signals that the program answers to, as something to wait for on one thread.
///
/// They are blocked in every thread that starts later, so that no call of a library is interrupted
/// and no handler runs between two instructions of anybody.
struct Signals: ~Copyable {
    private let descriptor: OwnedDescriptor

    /// Blocks the signals and begins to collect them; called before the first thread starts.
    init(_ signals: [Int32]) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let number = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard number >= 0 else { throw SystemError(call: "signalfd", subject: "signals") }
        descriptor = OwnedDescriptor(adopting: number)
    }

    /// Waits for a signal, for `bell` or for `duration` to pass.
    ///
    /// - Returns: the signal, or nil for the others.
    borrowing func wait(orFor bell: Doorbell, atMost duration: Duration? = nil) -> Int32? {
        var waits = [
            pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = duration.map { max(0, $0.nanoseconds / 1_000_000) } ?? -1
        _ = poll(&waits, 2, Int32(clamping: milliseconds))
        var signal = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor.number, &signal, size) == size else { return nil }
        return Int32(signal.ssi_signo)
    }
}
