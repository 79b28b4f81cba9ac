public import Glibc

/// Whole files: read in one piece, replaced in one step.
///
/// Every call may wait for the disk.
public enum WholeFile {
    /// Reads a file of at most `limit` bytes; what lies beyond makes `EFBIG`.
    ///
    /// - Throws: `SystemError` naming the path. What nobody writes to, such as a pipe, is empty.
    public static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
        let file = try OwnedDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(file.number, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(call: "read", subject: path) }
            guard count > 0 else { return bytes }
            bytes += block[..<count]
            guard bytes.count <= limit else {
                throw SystemError(call: "read", subject: path, code: EFBIG)
            }
        }
    }

    /// Writes a file so that a power cut leaves either the old or the new one, whole; which of them is
    /// open until `sync(folderOf:)`.
    ///
    /// The new one is made beside it, as `path` with `.new`; nothing else in that name's place is
    /// written to.
    ///
    /// - Parameters:
    ///   - mode: the file's permissions; only its owner could read what was not whole yet.
    ///   - model: a file whose owner and group root gives to the new one; nil gives it to none.
    /// - Throws: `SystemError`; the old file is then as it was.
    public static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t, ownedAs model: String? = nil
    ) throws(SystemError) {
        let draft = path + ".new"
        unlink(draft)
        do throws(SystemError) {
            let file = try OwnedDescriptor.open(
                draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try write(bytes, to: file.number, path: draft)
            var owner = stat()
            if geteuid() == 0, let model, stat(model, &owner) == 0,
                fchown(file.number, owner.st_uid, owner.st_gid) != 0
            {
                throw SystemError(call: "fchown", subject: draft)
            }
            guard fchmod(file.number, mode) == 0, fsync(file.number) == 0 else {
                throw SystemError(call: "fsync", subject: draft)
            }
            guard rename(draft, path) == 0 else {
                throw SystemError(call: "rename", subject: path)
            }
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// Makes the names in a file's folder safe against a power cut.
    ///
    /// - Throws: `SystemError` naming the folder.
    public static func sync(folderOf path: String) throws(SystemError) {
        let folder = folder(of: path)
        let directory = try OwnedDescriptor.open(folder, O_RDONLY | O_DIRECTORY)
        guard fsync(directory.number) == 0 else {
            throw SystemError(call: "fsync", subject: folder)
        }
    }

    /// Writes every byte; a descriptor that takes only a part is asked again.
    ///
    /// - Parameter path: what the descriptor is to, for the error.
    /// - Throws: `SystemError`; some of the bytes may be written.
    public static func write(
        _ bytes: [UInt8], to descriptor: Int32, path: String
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(call: "write", subject: path) }
            done += count
        }
    }

    /// The folder a path lies in; `.` for a bare name.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
