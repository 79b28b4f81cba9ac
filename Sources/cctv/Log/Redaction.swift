/// Takes credentials out of a text: the last line of defence before a log, an error or a screen.
///
/// Secrets have a type that does not print them; this is for texts that others made, such as a
/// camera's answer. It rather takes too much than too little.
enum Redaction {
    private static let mask = "***"
    /// Names after which a URL's query carries a secret; many cameras want it there.
    private static let queryNames = ["password=", "passwd=", "pwd=", "pass=", "token="]

    /// Returns the text with `***` for user names and passwords of URLs, secrets in queries, and
    /// what follows `Authorization:` (RFC 7235).
    static func redacted(_ text: String) -> String {
        guard
            text.utf8.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "=") })
                || text.utf8.contains(UInt8(ascii: ":"))
        else { return text }
        var bytes = Array(text.utf8)
        redactUserinfo(&bytes)
        for name in queryNames {
            redact(&bytes, after: name) { !isSpaceOrQuote($0) && $0 != UInt8(ascii: "&") }
        }
        redact(&bytes, after: "authorization:") { $0 != 0x0A && $0 != 0x0D }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A password may hold `@` and `/`, so everything up to the last `@` of the word goes.
    private static func redactUserinfo(_ bytes: inout [UInt8]) {
        var position = 0
        while let start = find("://", in: bytes, from: position) {
            let end = bytes[start...].firstIndex(where: isSpaceOrQuote) ?? bytes.endIndex
            position = end
            guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) else { continue }
            bytes.replaceSubrange(start..<at, with: Array(mask.utf8))
            position = end - (at - start) + mask.utf8.count
        }
    }

    private static func redact(
        _ bytes: inout [UInt8], after name: String, while secret: (UInt8) -> Bool
    ) {
        var position = 0
        while let start = find(name, in: bytes, from: position) {
            let end = bytes[start...].firstIndex { !secret($0) } ?? bytes.endIndex
            if end > start { bytes.replaceSubrange(start..<end, with: Array(mask.utf8)) }
            position = start + (end > start ? mask.utf8.count : 0)
        }
    }

    /// Returns where a name ends, whatever the case of its letters; the name is in small letters.
    private static func find(_ name: String, in bytes: [UInt8], from start: Int) -> Int? {
        let name = Array(name.utf8)
        guard bytes.count >= name.count else { return nil }
        var position = start
        while position + name.count <= bytes.count {
            let matches = name.indices.allSatisfy { index in
                let byte = bytes[position + index]
                let upper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                return (upper ? byte | 0x20 : byte) == name[index]
            }
            if matches { return position + name.count }
            position += 1
        }
        return nil
    }

    private static func isSpaceOrQuote(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
            || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
    }
}
