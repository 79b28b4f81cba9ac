public import Glibc

/// The one owner of an open file descriptor; closes it when it goes out of scope.
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The descriptor's number, valid as long as the owner lives.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(adopting number: Int32) { self.number = number }

    /// Opens a file (`open(2)`), always with `O_CLOEXEC`.
    ///
    /// - Parameters:
    ///   - flags: `O_RDONLY`, `O_CREAT | O_EXCL | O_WRONLY` and so on.
    ///   - mode: permissions of a file that is created.
    /// - Throws: `SystemError` naming the path.
    public static func open(
        _ path: String, _ flags: Int32, mode: mode_t = 0o644
    ) throws(SystemError) -> OwnedDescriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw SystemError(call: "open", subject: path) }
        return OwnedDescriptor(adopting: number)
    }

    deinit { close(number) }
}
