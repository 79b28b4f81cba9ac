import CLinux
import Glibc
import Platform

/// Files and their paths, as the commands use them.
enum Files {
    /// Writes a file so that a power cut leaves either the old or the new one, whole.
    ///
    /// The new file has the permissions of the old one, or `mode` when there was none or they are not
    /// to be kept. Root, who may change what is a service's, leaves its owner.
    ///
    /// - Parameter model: a file whose owner root gives to one that was not there.
    static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t, keepingMode: Bool = true,
        ownedAs model: String? = nil
    ) throws(SystemError) {
        var old = stat()
        let isThere = stat(path, &old) == 0
        let permissions = keepingMode && isThere ? old.st_mode & 0o7777 : mode
        try WholeFile.replace(
            path, with: bytes, mode: permissions, ownedAs: isThere ? path : model)
        try WholeFile.sync(folderOf: path)
    }

    /// Returns the path, made absolute from where the program was started.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else { return path }
        let folder = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return Self.path(path, in: String(decoding: folder, as: UTF8.self))
    }

    /// The file that this program was started from.
    static var ownProgram: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Makes a folder and those it lies in, each readable by all; existing ones are no error.
    static func makeFolders(_ path: String) throws(SystemError) {
        if path != "/", path != "." { try makeFolders(WholeFile.folder(of: path)) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw SystemError(call: "mkdir", subject: path)
        }
    }

    /// Returns the path, made absolute from `folder` if it is relative.
    static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + (folder.hasSuffix("/") ? "" : "/") + path
    }
}
