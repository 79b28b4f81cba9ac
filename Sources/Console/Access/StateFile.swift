import Glibc
import Platform

/// The console's own files: for their owner only, replaced in one step.
enum StateFile {
    /// Reads a file of at most 1 MiB.
    static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let file = try OwnedDescriptor.open(path, O_RDONLY)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(file.number, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(call: "read", subject: path) }
            guard count > 0 else { return bytes }
            bytes += block[..<count]
            guard bytes.count <= 1 << 20 else {
                throw SystemError(call: "read", subject: path, code: EFBIG)
            }
        }
    }

    /// Writes a file, and its folder if there is none, so that a power cut leaves the old one or the
    /// new one.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = String(path[..<slash])
        try makeFolder(folder)
        let temporary = path + ".new"
        unlink(temporary)
        do throws(SystemError) {
            let file = try OwnedDescriptor.open(
                temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try write(bytes, to: file.number, temporary)
            guard fsync(file.number) == 0 else {
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
        fsync(directory.number)
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

    private static func write(
        _ bytes: [UInt8], to descriptor: Int32, _ path: String
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
}
