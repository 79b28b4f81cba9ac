import Glibc
import Platform
import Synchronization

/// Lets a thread of the operating system wait for asynchronous work.
enum Waiting {
    /// Runs `work` on the Swift pool and waits for its result on the calling thread, which must be
    /// none of the pool's: a `NamedThread` or the main thread.
    static func value<Value: Sendable>(
        of work: @escaping @Sendable () async -> Value
    ) throws(SystemError) -> Value {
        let result = Mutex<Value?>(nil)
        let box = Box(result)
        let latch = try Latch()
        Task {
            let value = await work()
            box.result.withLock { $0 = value }
            latch.set()
        }
        while true {
            var poll = pollfd(fd: latch.descriptor, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, -1)
            if let value = box.result.withLock({ $0 }) { return value }
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        let result: Mutex<Value?>
        init(_ result: consuming Mutex<Value?>) { self.result = result }
    }
}
