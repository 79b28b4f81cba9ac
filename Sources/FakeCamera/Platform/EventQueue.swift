internal import CLinux
internal import Glibc
internal import Platform

/// Waits for many descriptors at once (`epoll(7)`).
struct EventQueue: ~Copyable {
    private let descriptor: Int32
    private var ready = [epoll_event](repeating: epoll_event(), count: 64)

    /// Opens the descriptor of a queue.
    ///
    /// - Throws: `SystemError` if the process has no descriptor left.
    static func open() throws(SystemError) -> OwnedDescriptor {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw SystemError(call: "epoll_create1", subject: "fake camera") }
        return OwnedDescriptor(adopting: number)
    }

    /// - Parameter descriptor: from `open`; outlives the queue.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Reports `tag` whenever `number` can be read, or written where that is asked for.
    ///
    /// A descriptor leaves the queue by being closed.
    func watch(_ number: Int32, tag: Int) {
        control(EPOLL_CTL_ADD, number, tag: tag, EPOLLIN.rawValue)
    }

    /// Changes whether `tag` is also reported when `number` can be written.
    func watchWriting(_ number: Int32, tag: Int, _ wanted: Bool) {
        let writing = wanted ? EPOLLOUT.rawValue : 0
        control(EPOLL_CTL_MOD, number, tag: tag, EPOLLIN.rawValue | writing)
    }

    private func control(_ operation: Int32, _ number: Int32, tag: Int, _ events: UInt32) {
        var event = epoll_event()
        event.events = events
        event.data.u64 = UInt64(bitPattern: Int64(tag))
        _ = epoll_ctl(descriptor, operation, number, &event)
    }

    /// Returns the tags that are ready, after at most `timeout`; `nil` waits for ever.
    mutating func wait(timeout: Duration?) -> [(tag: Int, canRead: Bool, canWrite: Bool)] {
        // Rounded up: waking before a frame is due would mean another round for nothing.
        let milliseconds = timeout.map {
            Int32(clamping: max(0, $0.nanoseconds + 999_999) / 1_000_000)
        }
        let count = epoll_wait(descriptor, &ready, Int32(ready.count), milliseconds ?? -1)
        return ready.prefix(Int(max(0, count))).map { event in
            (
                Int(Int64(bitPattern: event.data.u64)), event.events & ~EPOLLOUT.rawValue != 0,
                event.events & EPOLLOUT.rawValue != 0
            )
        }
    }
}
