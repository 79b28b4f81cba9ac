import CLinux
import Glibc
public import Platform

/// A file of a volume, opened for somebody who will send it and close it.
public struct OpenedFile: Sendable {
    /// The descriptor, which belongs to the caller.
    public var descriptor: Int32
    /// Its length in bytes when it was opened.
    public var size: Int64
    /// When it was last changed.
    public var modified: WallTime
}

extension OpenedFile {
    /// Opens a regular file below a directory; neither `..` nor a link leads out of it.
    init(_ path: String, beneath directory: DiskFile) throws(SystemError) {
        var number: Int32
        repeat {
            number = clinux_open_beneath(directory.number, path)
        } while number < 0
            && (errno == EINTR || errno == EAGAIN)
        if number < 0, errno == ENOSYS {
            number = try Self.openStepwise(path, beneath: directory.number)
        }
        guard number >= 0 else { throw SystemError(call: "openat2", subject: path) }
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(number)
            throw SystemError(call: "openat2", subject: path, code: ENOENT)
        }
        self.init(
            descriptor: number, size: Int64(status.st_size),
            modified: WallTime(
                nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000
                    + Int64(status.st_mtim.tv_nsec)))
    }

    /// For kernels before 5.6: one name after the other, none of which may be a link or `..`.
    private static func openStepwise(
        _ path: String, beneath directory: Int32
    ) throws(SystemError) -> Int32 {
        let names = path.split(separator: "/")
        guard let last = names.last, !names.contains("..") else {
            throw SystemError(call: "openat", subject: path, code: EXDEV)
        }
        var parent = dup(directory)
        defer { close(parent) }
        for name in names.dropLast() {
            let next = openat(
                parent, String(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw SystemError(call: "openat", subject: path) }
            close(parent)
            parent = next
        }
        return openat(parent, String(last), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
}
