internal import FoundationEssentials
import Glibc
internal import Platform

/// Notices that are not delivered yet, the oldest first; they survive a restart.
///
/// The queue is kept in memory and, as far as the disk allows, in a file: a notice that says that
/// the disk fails must not need it. Nothing is ever made but the file, so that a mount point whose
/// disk is away stays empty. Belongs to one thread.
struct Outbox {
    /// More notices than this are not kept; the oldest go first.
    static let limit = 200

    private let path: String?
    private let canSave: @Sendable () -> Bool
    /// Whether what an earlier run left is in the queue.
    private var hasRead = false
    private(set) var notices: [Notice] = []
    /// Notices that had to go because the queue was full.
    private var dropped = 0

    /// Reads what an earlier run left.
    ///
    /// - Parameters:
    ///   - path: the file, in a folder that exists; nil keeps the queue in memory only.
    ///   - canSave: whether the file's disk is there; asked before the file is touched.
    init(path: String?, canSave: @escaping @Sendable () -> Bool = { true }) {
        self.path = path
        self.canSave = canSave
        readIfThere()
    }

    /// Puts what an earlier run left before all that came since, once the file can be read.
    mutating func readIfThere() {
        guard let path, !hasRead, canSave() else { return }
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try WholeFile.read(path) } catch {
            // A disk that fails is asked again, and until then not written over.
            hasRead = [ENOENT, EFBIG].contains(error.code)
            return
        }
        hasRead = true
        // A file of another version or a damaged one is no reason to stay silent.
        notices = ((try? JSONDecoder().decode([Notice].self, from: Data(bytes))) ?? []) + notices
    }

    /// The notice that is to be delivered next.
    var first: Notice? { notices.first }

    /// Adds a notice at the end.
    mutating func append(_ notice: Notice) {
        notices.append(notice)
        if notices.count > Self.limit {
            dropped += notices.count - Self.limit
            notices.removeFirst(notices.count - Self.limit)
        }
        save()
    }

    /// Takes the first notice out, if it is still that one.
    mutating func remove(_ notice: Notice) {
        guard notices.first?.id == notice.id else { return }
        notices.removeFirst()
        save()
    }

    /// Takes the number of notices that had to go since it was last asked for.
    mutating func takeDropped() -> Int {
        defer { dropped = 0 }
        return dropped
    }

    private mutating func save() {
        guard let path, canSave() else { return }
        readIfThere()
        guard hasRead else { return }
        try? WholeFile.replace(path, with: [UInt8](json: notices), mode: 0o600)
    }
}
