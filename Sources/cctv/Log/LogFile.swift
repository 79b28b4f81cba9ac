import Glibc
import Platform

/// The log file: appended to, and rotated as the predecessor's was.
///
/// A file that cannot be written to costs its lines and nothing else: it is tried again a while
/// later, and who asks is told once.
struct LogFile: ~Copyable {
    /// Bytes after which the file becomes `.1`, and how many of those are kept.
    static let limit = 5 << 20
    static let generations = 3
    private static let retryAfter = Duration.seconds(10)
    private static let heldLines = 1000

    let path: String
    private let limit: Int
    private var file: OwnedDescriptor?
    private var size = 0
    private var inode: UInt64 = 0
    private var retryAt: MonotonicTime?
    /// Lines that were lost since the file last took one.
    private var lost = 0
    /// Lines that wait for the file's disk; nil while it is there.
    private var held: [String]?

    init(path: String, limit: Int = Self.limit) {
        self.path = path
        self.limit = limit
    }

    /// What became of a line, when it is worth telling.
    enum Outcome: Equatable {
        /// The file takes no lines, from this one on.
        case failed(SystemError)
        /// The file takes lines again, after so many were lost.
        case recovered(lost: Int)
    }

    /// Where the next line begins; nil while the file takes none.
    mutating func place(at now: MonotonicTime) -> LogHistory.Place? {
        guard held == nil, retryAt.map({ now >= $0 }) ?? true else { return nil }
        do throws(SystemError) { if file == nil { try open() } } catch { return nil }
        return LogHistory.Place(file: inode, offset: Int64(size))
    }

    /// Appends a line and its line break in one write.
    mutating func append(_ line: String, at now: MonotonicTime) -> Outcome? {
        if let count = held?.count, count < Self.heldLines {
            held?.append(line)
            return nil
        }
        if held != nil || retryAt.map({ now < $0 }) ?? false {
            lost += 1
            return nil
        }
        do throws(SystemError) {
            try write(Array((line + "\n").utf8))
        } catch {
            file = nil
            let isNew = retryAt == nil
            retryAt = now + Self.retryAfter
            lost += 1
            return isNew ? .failed(error) : nil
        }
        defer { (retryAt, lost) = (nil, 0) }
        return retryAt == nil ? nil : .recovered(lost: lost)
    }

    /// Closes the file, whose disk is gone, and keeps lines until `release`.
    ///
    /// Opened by its path, it would be made anew in the empty mount point.
    mutating func hold() {
        guard held == nil else { return }
        file = nil
        held = []
    }

    /// Writes the lines that were kept, if the file was held.
    mutating func release(at now: MonotonicTime) -> Outcome? {
        guard let lines = held.take() else { return nil }
        // Tried at once, and what did not fit is told.
        if lost > 0 || retryAt != nil { retryAt = now }
        var outcome: Outcome?
        for line in lines { outcome = append(line, at: now) ?? outcome }
        return outcome
    }

    private mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        if file == nil { try open() }
        if size > 0, size + bytes.count > limit {
            rotate()
            try open()
        }
        guard let number = file?.number else { return }
        try WholeFile.write(bytes, to: number, path: path)
        size += bytes.count
    }

    private mutating func open() throws(SystemError) {
        let opened = try OwnedDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT, mode: 0o640)
        var status = stat()
        guard fstat(opened.number, &status) == 0 else {
            throw SystemError(call: "fstat", subject: path)
        }
        size = Int(status.st_size)
        inode = UInt64(status.st_ino)
        file = consume opened
    }

    /// `.2` becomes `.3`, `.1` becomes `.2`, the file becomes `.1`; one that is missing is skipped.
    private func rotate() {
        for generation in stride(from: Self.generations, through: 1, by: -1) {
            let older = "\(path).\(generation)"
            let newer = generation == 1 ? path : "\(path).\(generation - 1)"
            rename(newer, older)
        }
    }
}
