import Platform

/// What the index thread is told.
enum IndexMessage: Sendable {
    /// A volume was looked through and takes clips: bring its index in step.
    case mounted
    /// The volume is gone: let go of its files.
    case unmounted
    /// This clip began or ended, or went.
    case look(path: String)
    /// This clip was deleted.
    case deleted(Deletion)
    case stop

    /// A clip that was deleted, and why.
    struct Deletion: Hashable, Sendable {
        var path: String
        var camera: String?
        var bytes: Int64
        var reason: DeletionReason
        var time: WallTime
    }

    /// What an event means for the index; nil if nothing.
    init?(_ event: ArchiveEvent, now: WallTime) {
        switch event {
        case .clipOpened(let clip), .clipFinalized(let clip, _), .clipAbandoned(let clip, _):
            self = .look(path: clip.path)
        case .clipRecovered(let path, _):
            self = .look(path: path)
        case .clipDeleted(let path, let camera, let bytes, let reason):
            self = .deleted(
                Deletion(path: path, camera: camera, bytes: bytes, reason: reason, time: now))
        case .volumeDown(.notMounted): self = .unmounted
        case .volumeBack: self = .mounted
        default: return nil
        }
    }
}

/// Keeps the index in step with what the writer does; belongs to the index thread.
///
/// A failure costs the index, never a clip: it is closed, and made good at the next start.
final class IndexKeeper {
    private let folder: String
    private let tell: (ArchiveEvent) -> Void
    private var builder: IndexBuilder?

    init(folder: String, tell: @escaping (ArchiveEvent) -> Void) {
        self.folder = folder
        self.tell = tell
    }

    /// Takes messages in order; changes that come together are one commit.
    func perform(_ messages: [IndexMessage]) {
        var changes: [IndexMessage] = []
        for message in messages {
            switch message {
            case .mounted:
                open()
                changes = []
            case .unmounted:
                builder = nil
                changes = []
            case .look, .deleted: changes.append(message)
            case .stop: break
            }
        }
        guard !changes.isEmpty, let builder else { return }
        do throws(DatabaseError) {
            try builder.index.database.transaction { () throws(DatabaseError) in
                for change in changes { try apply(change, with: builder) }
            }
        } catch { fail(.database(error)) }
    }

    private func open() {
        do throws(IndexFault) {
            let index: ClipIndex
            do throws(DatabaseError) { index = try ClipIndex.open(folder: folder) } catch {
                throw IndexFault.database(error)
            }
            do throws(SystemError) { builder = try IndexBuilder(index, folder: folder) } catch {
                throw IndexFault.system(error)
            }
            try builder?.update()
        } catch { fail(error) }
    }

    private func apply(
        _ change: IndexMessage, with builder: IndexBuilder
    ) throws(DatabaseError) {
        switch change {
        case .look(let path):
            let clip = (try? IndexedClip(path, on: builder.walk.disk, in: builder.walk.root)) ?? nil
            if let clip { try builder.index.put(clip) } else { try builder.index.remove(path) }
        case .deleted(let deletion):
            try builder.index.remove(deletion.path)
            try builder.index.record(deletion)
        case .mounted, .unmounted, .stop: break
        }
    }

    private func fail(_ fault: IndexFault) {
        builder = nil
        tell(.indexFailed(fault))
    }
}

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
            let keeper = IndexKeeper(folder: folder, tell: tell)
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
        mailbox.send(.stop)
        thread.join()
    }
}
