/// The keyed hash by which a receiver knows who sent a message (RFC 2104), with SHA-256.
public enum HMAC {
    private static let blockLength = 64

    /// Returns the code of `message` under `key` as 64 hexadecimal digits.
    public static func sha256(_ message: [UInt8], key: [UInt8]) -> String {
        var key = key
        if key.count > blockLength {
            var hash = SHA256()
            hash.update(key)
            key = hash.digest
        }
        key += [UInt8](repeating: 0, count: blockLength - key.count)
        var inner = SHA256()
        inner.update(key.map { $0 ^ 0x36 })
        inner.update(message)
        var outer = SHA256()
        outer.update(key.map { $0 ^ 0x5c })
        outer.update(inner.digest)
        return outer.hexadecimal
    }
}
