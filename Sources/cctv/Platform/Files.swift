import CLinux
import Glibc
import Platform

/// Whole files: read in one piece, replaced in one step.
enum Files {
    /// Reads a file of at most `limit` bytes; what lies beyond makes `EFBIG`.
    static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
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

    /// Writes a file so that a power cut leaves either the old or the new one, whole.
    ///
    /// The new file has the permissions of the old one, or `mode` when there was none or they are not
    /// to be kept.
    static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t, keepingMode: Bool = true
    ) throws(SystemError) {
        let folder = self.folder(of: path)
        let temporary = path + ".new"
        var old = stat()
        let permissions = keepingMode && stat(path, &old) == 0 ? old.st_mode & 0o7777 : mode
        do throws(SystemError) {
            let file = try OwnedDescriptor.open(
                temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
            try writeAll(bytes, to: file.number, path: temporary)
            guard fchmod(file.number, permissions) == 0, fsync(file.number) == 0 else {
                throw SystemError(call: "fsync", subject: temporary)
            }
            guard rename(temporary, path) == 0 else {
                throw SystemError(call: "rename", subject: path)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        let directory = try OwnedDescriptor.open(folder, O_RDONLY | O_DIRECTORY)
        guard fsync(directory.number) == 0 else {
            throw SystemError(call: "fsync", subject: folder)
        }
    }

    /// Writes every byte; a descriptor that takes only a part is asked again.
    static func writeAll(
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
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
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
        if path != "/", path != "." { try makeFolders(folder(of: path)) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw SystemError(call: "mkdir", subject: path)
        }
    }

    /// Returns the path, made absolute from `folder` if it is relative.
    static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + (folder.hasSuffix("/") ? "" : "/") + path
    }
}
