import Platform
import Synchronization

/// Messages to one thread, taken all at once and in order; sending never blocks.
final class Mailbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    private let doorbell: Doorbell

    init() throws(SystemError) { doorbell = try Doorbell() }

    func send(_ message: Message) {
        let wasEmpty = waiting.withLock { waiting in
            waiting.append(message)
            return waiting.count == 1
        }
        if wasEmpty { doorbell.ring() }
    }

    /// Takes what has been sent; waits for it at most `duration`, for ever if that is nil.
    func take(waitingAtMost duration: Duration?) -> [Message] {
        let ready = takeAll()
        guard ready.isEmpty else { return ready }
        doorbell.wait(atMost: duration)
        return takeAll()
    }

    private func takeAll() -> [Message] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
