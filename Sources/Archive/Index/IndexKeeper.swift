import Platform

/// Keeps the index and the gaps in step with what the writer does; belongs to the index thread.
///
/// A failure costs the index, never a clip: it is closed, and made good at the next start.
final class IndexKeeper {
    private let folder: String
    private let tell: (ArchiveEvent) -> Void
    private let clocks: any Clocks
    private var builder: IndexBuilder?
    private var gaps: GapKeeper

    init(folder: String, clocks: any Clocks, tell: @escaping (ArchiveEvent) -> Void) {
        self.folder = folder
        self.clocks = clocks
        self.tell = tell
        gaps = GapKeeper(started: clocks.wall)
    }

    /// Takes messages in order; changes that come together are one commit.
    func perform(_ messages: [IndexMessage]) {
        var changes: [IndexMessage] = []
        for message in messages {
            gaps.take(message, now: clocks.wall)
            switch message {
            case .mounted:
                open()
                changes = []
            case .unmounted:
                builder = nil
                changes = []
            case .look, .deleted: changes.append(message)
            case .opened, .ended, .notRecorded, .trouble, .stop: break
            }
        }
        guard let builder else { return }
        do throws(IndexFault) { try enter(changes, with: builder) } catch { fail(error) }
    }

    private func enter(
        _ changes: [IndexMessage], with builder: IndexBuilder
    ) throws(IndexFault) {
        let new = gaps.takeNew()
        guard !changes.isEmpty || !new.isEmpty else { return }
        do throws(SystemError) { try builder.ledger.append(new) } catch { throw .system(error) }
        do throws(DatabaseError) {
            try builder.index.database.transaction { () throws(DatabaseError) in
                for change in changes { try apply(change, with: builder) }
                for gap in new { try builder.index.put(gap) }
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
            try builder?.update()
            do throws(DatabaseError) {
                gaps.know(try index.coveredUntil(before: gaps.started))
            } catch { throw IndexFault.database(error) }
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
        default: break
        }
    }

    private func fail(_ fault: IndexFault) {
        builder = nil
        tell(.indexFailed(fault))
    }
}
