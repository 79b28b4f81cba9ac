/// A scheme with its parameters, as in `WWW-Authenticate` and `Authorization` (RFC 7235 2.1).
struct AuthenticationParameters: Equatable {
    var scheme: String
    var parameters: [String: String] = [:]
    /// What follows a scheme without parameters: the credentials of Basic.
    var token = ""

    subscript(name: String) -> String? { parameters[name] }

    private var takesToken: Bool {
        scheme.lowercased() == "basic" && token.isEmpty && parameters.isEmpty
    }

    /// Returns every scheme of a header value; several may share a line.
    ///
    /// Quoted values lose their quotes and keep their backslashes, because Digest hashes what
    /// stands between the quotes. A quote inside a value, which some cameras forget to escape,
    /// ends it only if a comma or the end follows.
    static func parse(_ value: String) -> [AuthenticationParameters] {
        var found: [AuthenticationParameters] = []
        var scanner = Scanner(bytes: Array(value.utf8))
        while let word = scanner.word() {
            if scanner.skip(0x3D) {
                let value = scanner.value()
                guard let last = found.last, last.parameters.count < 32 else { continue }
                // The token of Basic may end in `=`, which looks like the start of a value.
                let isPadding = last.takesToken && word.lowercased() != "realm"
                if isPadding, value.allSatisfy({ $0 == "=" }) {
                    found[found.count - 1].token = word
                } else {
                    found[found.count - 1].parameters[word.lowercased()] = value
                }
            } else if found.last?.takesToken == true {
                found[found.count - 1].token = word
            } else {
                found.append(AuthenticationParameters(scheme: word))
            }
        }
        return found
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func skipBlanks() {
            while let byte, byte == 0x20 || byte == 0x09 { position += 1 }
        }

        mutating func skip(_ wanted: UInt8) -> Bool {
            skipBlanks()
            guard byte == wanted else { return false }
            position += 1
            return true
        }

        /// The next run of characters that are neither separators nor quotes.
        mutating func word() -> String? {
            while let byte, byte == 0x20 || byte == 0x09 || byte == 0x2C || byte == 0x22 {
                position += 1
            }
            let start = position
            while let byte, byte > 0x20, byte != 0x2C, byte != 0x3D, byte != 0x22 { position += 1 }
            if start == position, byte == 0x3D { position += 1 }
            guard start < position else { return nil }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        mutating func value() -> String {
            skipBlanks()
            guard byte == 0x22 else {
                let start = position
                while let byte, byte != 0x2C, byte > 0x20 { position += 1 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            }
            position += 1
            let start = position
            while position < bytes.count {
                if bytes[position] == 0x5C, position + 1 < bytes.count {
                    position += 2
                    continue
                }
                if bytes[position] == 0x22, endsValue(after: position) { break }
                position += 1
            }
            let end = min(position, bytes.count)
            position = end + 1
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }

        private func endsValue(after quote: Int) -> Bool {
            let next = bytes[(quote + 1)...].first { $0 != 0x20 && $0 != 0x09 }
            return next == nil || next == 0x2C
        }
    }
}
