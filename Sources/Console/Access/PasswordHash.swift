import CCrypt
import Glibc
import HTTPTypes
import NIOPosix

/// Passwords as they are kept: yescrypt, by the system's `crypt(3)`.
enum PasswordHash {
    /// Hashing takes many milliseconds on purpose, and saving waits for the disk: both are done one
    /// after the other on this thread, so that no number of logins slows the recorder down.
    static let thread: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return pool
    }()

    /// The cost of a hash (`crypt(5)`, 1 to 11): 64 MiB of memory while it is made.
    private static let cost: UInt = 7
    /// A hash of nothing that anybody knows, so that an unknown user takes as long as a known one.
    private static let stranger = hash(Secret.make()) ?? ""

    /// Returns a password's hash with a new salt.
    ///
    /// - Throws: `Problem` 500 if the system's library has no yescrypt.
    static func make(_ password: String) async throws -> String {
        let hash = try await thread.runIfActive { () -> String? in Self.hash(password) }
        guard let hash else {
            throw Problem(
                .internalServerError, "password.hash", "This system's libcrypt has no yescrypt.")
        }
        return hash
    }

    /// Returns whether a password is the one of a hash; nil, for a user that does not exist, is never
    /// right and takes as long.
    static func verify(_ password: String, _ hash: String?) async throws -> Bool {
        try await thread.runIfActive {
            let wanted = hash ?? stranger
            guard let made = crypt(password, setting: wanted) else { return false }
            return Secret.isSame(made, wanted) && hash != nil
        }
    }

    private static func hash(_ password: String) -> String? {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$y$", cost, nil, 0, &setting, Int32(setting.count)) != nil else {
            return nil
        }
        return crypt(password, setting: text(setting))
    }

    private static func crypt(_ password: String, setting: String) -> String? {
        // 32 KiB, which is much for a stack.
        let scratch = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer { scratch.deallocate() }
        memset(scratch, 0, MemoryLayout<crypt_data>.size)
        defer { explicit_bzero(scratch, MemoryLayout<crypt_data>.size) }
        guard
            let output = crypt_rn(password, setting, scratch, Int32(MemoryLayout<crypt_data>.size))
        else { return nil }
        return String(cString: output)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
