import Glibc
import Platform

/// The console's own files: for their owner only, replaced in one step.
enum StateFile {
    /// Reads a file of at most 1 MiB.
    static func read(_ path: String) throws(SystemError) -> [UInt8] { try WholeFile.read(path) }

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
