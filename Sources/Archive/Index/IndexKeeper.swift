import Platform

/// Keeps the index in step with what the writer does; belongs to the index thread.
///
/// A failure costs the index, never a clip: it is closed, and made good at the next start.
final class IndexKeeper {
    private let folder: String
    private let tell: (ArchiveEvent) -> Void
    private let isStopping: () -> Bool
    private let clocks: any Clocks
    private var builder: IndexBuilder?
    private var nextHistory: MonotonicTime

    /// The gap ledger is read again at most this often, and at the end.
    private static let historyInterval = Duration.seconds(60)

    /// - Parameter isStopping: whether a long look through the volume is to be cut short.
    init(
        folder: String, clocks: any Clocks, isStopping: @escaping () -> Bool,
        tell: @escaping (ArchiveEvent) -> Void
    ) {
        self.isStopping = isStopping
        self.folder = folder
        self.tell = tell
        self.clocks = clocks
        nextHistory = clocks.monotonic
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
            case .stop: nextHistory = clocks.monotonic
            }
        }
        do throws(IndexFault) {
            try write(changes)
            guard clocks.monotonic >= nextHistory else { return }
            nextHistory = clocks.monotonic + Self.historyInterval
            if let index = builder?.index { try builder?.history.updateIfChanged(index) }
        } catch { fail(error) }
    }

    private func write(_ changes: [IndexMessage]) throws(IndexFault) {
        guard let builder, !changes.isEmpty else { return }
        let deletions = changes.compactMap {
            if case .deleted(let deletion) = $0 { deletion } else { nil }
        }
        if !deletions.isEmpty {
            do throws(SystemError) { try self.builder?.history.append(deletions) } catch {
                throw .system(error)
            }
        }
        do throws(DatabaseError) {
            try builder.index.database.transaction { () throws(DatabaseError) in
                for change in changes { try apply(change, with: builder) }
                if !deletions.isEmpty {
                    try builder.index.forgetDeletions(but: DeletionLog.capacity)
                }
            }
        } catch { throw .database(error) }
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
            try builder?.update(isStopping: isStopping)
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
