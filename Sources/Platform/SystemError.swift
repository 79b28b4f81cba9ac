public import Glibc

/// A call of the operating system that failed: which one, on what, and the system's reason.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno` after the call.
    public let code: Int32
    /// The call, in the spelling of its manual page: `pwrite`, `openat`.
    public let call: String
    /// What the call was made on: a path or an address, and no secret.
    public let subject: String

    /// Describes a failed call.
    ///
    /// - Parameters:
    ///   - code: the value of `errno`; the current one by default, so build the error at once.
    public init(call: String, subject: String, code: Int32 = errno) {
        self.code = code
        self.call = call
        self.subject = subject
    }

    /// The system's words for `code`: `No space left on device`.
    public var reason: String { Self.reason(of: code) }

    /// What failed, on what and why: `pwrite /srv/a.mp4: No space left on device`.
    public var description: String { "\(call) \(subject): \(reason)" }

    /// Returns the system's words for a value of `errno`.
    public static func reason(of code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: base)
        }
    }
}
