import Glibc
public import ISOBMFF
public import Platform

/// A clip's file by its path, for commands that look at one at a time.
public struct ClipFile: Sendable {
    /// The path as it was given.
    public let path: String
    private let folder: String
    private let name: String

    /// Names a file; nothing is opened yet.
    public init(_ path: String) {
        self.path = path
        let slash = path.lastIndex(of: "/")
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Makes the clip final if a crash has left it open; a clip being recorded is left alone.
    ///
    /// A file without a whole fragment, or one that is not understood, is left as it is.
    ///
    /// - Throws: `SystemError` if the file cannot be opened; `EBUSY` if a recorder writes it.
    public func recover() throws(SystemError) -> RecoveryOutcome {
        let disk = LinuxDisk()
        let root = try disk.openDirectory(folder)
        let file = try disk.openat(root, name, O_RDWR, 0)
        // The recorder locks each clip that it writes.
        guard try disk.flock(file) else {
            throw SystemError(call: "flock", subject: path, code: EBUSY)
        }
        return Recovery(disk: disk, root: root, tidies: false).recover(name)
    }

    /// Reads the whole file and tells everything that is not as it should be.
    ///
    /// - Throws: `SystemError` if the file cannot be opened or read.
    public func verify() throws(SystemError) -> ClipVerification {
        let disk = LinuxDisk()
        let file = try disk.openat(try disk.openDirectory(folder), name, O_RDONLY, 0)
        let source = try DiskBytes(file, on: disk)
        do throws(ReadError) { return try ClipVerification(of: source) } catch {
            throw SystemError(call: "pread", subject: path, code: EIO)
        }
    }
}
