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
    private mutating func readIfThere() {
        guard let path, !hasRead, canSave() else { return }
        hasRead = true
        guard let bytes = Self.read(path) else { return }
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
        let bytes = [UInt8](json: notices)
        let temporary = path + ".new"
        do throws(SystemError) {
            let file = try OwnedDescriptor.open(
                temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
            let count = bytes.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
            guard count == bytes.count, fsync(file.number) == 0, rename(temporary, path) == 0
            else { throw SystemError(call: "write", subject: temporary) }
        } catch {
            unlink(temporary)
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = try? OwnedDescriptor.open(path, O_RDONLY | O_NOFOLLOW) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = Glibc.read(file.number, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}
