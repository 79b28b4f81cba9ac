/// An answer of HTTP/1.1 (RFC 9112), read whole.
struct HTTPAnswer: Equatable {
    let status: Int
    let body: [UInt8]

    /// Reads an answer that ended with its connection; nil if it is none.
    init?(_ bytes: [UInt8]) {
        let blank: [UInt8] = Array("\r\n\r\n".utf8)
        guard let end = bytes.firstRange(of: blank) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return nil
        }
        self.status = status
        let rest = bytes[end.upperBound...]
        let isChunked = lines.dropFirst().contains { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 && parts[0].lowercased() == "transfer-encoding"
                && parts[1].lowercased().contains("chunked")
        }
        guard isChunked else {
            body = Array(rest)
            return
        }
        guard let joined = Self.unchunked(rest) else { return nil }
        body = joined
    }

    /// RFC 9112 7.1: a length in hexadecimal digits before each piece, zero at the end.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var (body, rest) = ([UInt8](), bytes)
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let words = String(decoding: rest[..<line.lowerBound], as: UTF8.self)
                .split(separator: ";", omittingEmptySubsequences: false)
            guard let word = words.first, let count = Int(word, radix: 16), count >= 0 else {
                return nil
            }
            rest = rest[line.upperBound...]
            guard count > 0 else { return body }
            guard rest.count >= count + 2 else { return nil }
            body += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
        return nil
    }
}
