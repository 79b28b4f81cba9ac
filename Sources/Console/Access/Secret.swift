import CGnuTLS

/// Random texts that open a door, and what is kept of them.
enum Secret {
    /// Returns 256 random bits in hexadecimal, which nobody guesses.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return hexadecimal((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Returns the SHA-256 of a text in hexadecimal: enough to know a random secret again, and no use
    /// to whoever reads the file that it is kept in.
    static func digest(_ text: String) -> String { digest(Array(text.utf8)) }

    /// Returns the SHA-256 of bytes in hexadecimal.
    static func digest(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, bytes.count, &digest)
        return hexadecimal(digest)
    }

    /// Compares two texts in a time that does not tell where they differ.
    static func isSame(_ a: String, _ b: String) -> Bool {
        let a = Array(a.utf8)
        let b = Array(b.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
