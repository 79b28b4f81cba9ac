import Platform

/// The thread that keeps a volume's index.
final class IndexThread: Sendable {
    private let mailbox: Mailbox<IndexMessage>
    private let thread: NamedThread
    private let clocks: any Clocks

    /// Starts the thread, which first brings the index in step with the files.
    init(
        name: String, folder: String, _ clocks: any Clocks,
        tell: @escaping @Sendable (ArchiveEvent) -> Void
    ) throws(SystemError) {
        let mailbox = try Mailbox<IndexMessage>()
        mailbox.send(.mounted)
        self.mailbox = mailbox
        self.clocks = clocks
        thread = try NamedThread(name: "index-\(name)") {
            let keeper = IndexKeeper(folder: folder, clocks: clocks, tell: tell)
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
            for message in IndexMessage.all(for: event, now: clocks.wall) { mailbox.send(message) }
            listener(event)
        }
    }

    /// Tells why a camera is not recorded from now on.
    func note(_ cause: GapCause, _ detail: String, camera: String?) {
        mailbox.send(.notRecorded(camera: camera, cause, detail, at: clocks.wall))
    }

    /// Ends the thread once all that was sent is entered, and waits for it.
    func stop() {
        mailbox.send(.stop)
        thread.join()
    }
}
