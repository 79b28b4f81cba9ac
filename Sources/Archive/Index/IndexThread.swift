import Platform
import Synchronization

/// The thread that keeps a volume's index.
final class IndexThread: Sendable {
    private let mailbox: Mailbox<IndexMessage>
    private let thread: NamedThread
    private let clocks: any Clocks
    private let stopping = StopFlag()

    /// Starts the thread, which first brings the index in step with the files.
    ///
    /// - Parameter isMounted: whether the volume is there; otherwise nothing is opened before it is.
    init(
        name: String, folder: String, isMounted: Bool, _ clocks: any Clocks,
        tell: @escaping @Sendable (ArchiveEvent) -> Void
    ) throws(SystemError) {
        let mailbox = try Mailbox<IndexMessage>()
        if isMounted { mailbox.send(.mounted) }
        self.mailbox = mailbox
        self.clocks = clocks
        let stopping = stopping
        thread = try NamedThread(name: "index-\(name)") {
            let keeper = IndexKeeper(
                folder: folder, clocks: clocks, isStopping: { stopping.isSet }, tell: tell)
            var isStopping = false
            while !isStopping {
                let messages = mailbox.take(waitingAtMost: nil)
                keeper.perform(messages)
                isStopping = messages.contains { if case .stop = $0 { true } else { false } }
            }
        }
    }

    /// Returns a listener that also tells the index what happens.
    func following(
        _ listener: @escaping @Sendable (ArchiveEvent) -> Void
    ) -> @Sendable (ArchiveEvent) -> Void {
        { [mailbox, clocks] event in
            if let message = IndexMessage(event, now: clocks.wall) { mailbox.send(message) }
            listener(event)
        }
    }

    /// Ends the thread once all that was sent is entered, and waits for it.
    func stop() {
        stopping.set()
        mailbox.send(.stop)
        thread.join()
    }
}

/// Says that a thread is to end; set once.
private final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
