import Glibc
import Platform

/// The console's own files: for their owner only, replaced in one step.
enum StateFile {
    /// Reads a file of secrets, which nobody but its owner may read.
    ///
    /// - Throws: `ConsoleError` if others may, with what to do; `SystemError`.
    static func readPrivate(_ path: String) throws -> [UInt8] {
        try refuse(S_IRWXG | S_IRWXO, of: path, say: "Other users", mode: "600")
        return try WholeFile.read(path)
    }

    /// Reads a key that a person put there, which a group may share.
    ///
    /// - Throws: `ConsoleError` if every user may read it, with what to do; `SystemError`.
    static func readKey(_ path: String) throws -> [UInt8] {
        try refuse(S_IRWXO, of: path, say: "All users", mode: "640")
        return try WholeFile.read(path)
    }

    private static func refuse(
        _ bits: mode_t, of path: String, say who: String, mode: String
    ) throws {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & bits != 0 else { return }
        throw ConsoleError(
            "\(who) of this machine can get at \(path); close it with: chmod \(mode) \(path)")
    }

    /// Writes a file, and its folder if there is none, so that a power cut leaves the old one or the
    /// new one.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        try makeFolder(WholeFile.folder(of: path))
        try WholeFile.replace(path, with: bytes, mode: 0o600)
        // The new file holds already; that its name could not be made safe undoes nothing.
        try? WholeFile.sync(folderOf: path)
    }

    /// Makes a folder and those above it, for their owner only.
    private static func makeFolder(_ path: String) throws(SystemError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw SystemError(call: "mkdir", subject: path)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw SystemError(call: "mkdir", subject: path)
        }
    }
}
