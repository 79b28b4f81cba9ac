/// Why a text is no JSON, and where.
struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    let place: TextPlace
    let problem: String

    var description: String { "\(place): \(problem)" }
}

/// A line and a column as an editor shows them, both counted from 1.
struct TextPlace: Equatable, Sendable, CustomStringConvertible {
    let line: Int
    let column: Int

    /// Finds the place of a byte; columns count characters, not bytes.
    init(of offset: Int, in text: [UInt8]) {
        let before = text[..<min(offset, text.count)]
        let newline = UInt8(ascii: "\n")
        line = before.reduce(1) { $1 == newline ? $0 + 1 : $0 }
        let start = before.lastIndex(of: newline).map { $0 + 1 } ?? 0
        column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    }

    var description: String { "line \(line), column \(column)" }
}

/// Reads one JSON text (RFC 8259) and says of every error where it is and what to do about it.
struct JSONReader {
    private static let greatestDepth = 64

    private let text: [UInt8]
    private var position = 0

    /// Reads a whole text, which may begin with the byte order mark that Windows editors write.
    static func read(_ text: [UInt8]) throws(JSONSyntaxError) -> JSON {
        var reader = JSONReader(text: text)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) {
            throw reader.error("the file is UTF-16; save it as UTF-8")
        }
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.peek == nil else {
            throw reader.error("nothing may follow the closing brace, but \(reader.found) does")
        }
        return value
    }

    private init(text: [UInt8]) { self.text = text }

    private var peek: UInt8? { position < text.count ? text[position] : nil }

    /// The character at the position, as an error names it.
    private var found: String {
        guard position < text.count else { return "the end of the file" }
        let character = String(decoding: text[position...].prefix(4), as: UTF8.self).first
        return character.map { $0.isNewline ? "the end of the line" : "'\($0)'" } ?? "a byte"
    }

    private func error(_ problem: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(place: TextPlace(of: offset ?? position, in: text), problem: problem)
    }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
        skipSpace()
        let start = position
        guard let byte = peek else {
            throw error("the file ends where a value must stand")
        }
        guard depth < Self.greatestDepth else { throw error("more than 64 levels of brackets") }
        let content: JSON.Content
        switch byte {
        case UInt8(ascii: "{"): content = .object(try object(depth: depth))
        case UInt8(ascii: "["): content = .array(try array(depth: depth))
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            content = .number(try number())
        case UInt8(ascii: "/"), UInt8(ascii: "#"):
            throw error("JSON has no comments; remove it")
        case UInt8(ascii: "'"):
            throw error("text stands between double quotes (\"), not single ones")
        default: content = try word()
        }
        return JSON(content, bytes: start..<position)
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        position += 1
        skipSpace()
        if take("}") { return members }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else {
                throw error(
                    peek == UInt8(ascii: "}") && !members.isEmpty
                        ? "no comma may stand before a closing brace; remove it"
                        : "a key between double quotes must stand here, not \(found)")
            }
            let start = position
            let name = try string()
            let nameBytes = start..<position
            if let first = members.first(where: { $0.name == name }) {
                let line = TextPlace(of: first.nameBytes.lowerBound, in: text).line
                throw error("the key \"\(name)\" is already set in line \(line)", at: start)
            }
            skipSpace()
            guard take(":") else {
                throw error("a colon must follow the key \"\(name)\", not \(found)")
            }
            let value = try value(depth: depth + 1)
            members.append(JSON.Member(name: name, nameBytes: nameBytes, value: value))
            skipSpace()
        } while take(",")
        guard take("}") else {
            throw error("a comma or a closing brace must stand before \(found)")
        }
        return members
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSON] {
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if take("]") { return elements }
        repeat {
            skipSpace()
            if peek == UInt8(ascii: "]") {
                throw error("no comma may stand before a closing bracket; remove it")
            }
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else {
            throw error("a comma or a closing bracket must stand before \(found)")
        }
        return elements
    }

    private mutating func word() throws(JSONSyntaxError) -> JSON.Content {
        let start = position
        while let byte = peek, byte | 0x20 >= UInt8(ascii: "a"), byte | 0x20 <= UInt8(ascii: "z") {
            position += 1
        }
        let word = String(decoding: text[start..<position], as: UTF8.self)
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        case "": throw error("a value must stand here, not \(found)")
        default:
            let small = word.lowercased()
            // It may be a password without its quotes, so no error shows it.
            throw error(
                ["true", "false", "null"].contains(small)
                    ? "write \(small) in small letters" : "text must stand between double quotes",
                at: start)
        }
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            position += 1
        }
        return position - start
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = position
        _ = take("-")
        let zero = peek == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !(zero && whole > 1) else {
            throw error("a number must not begin with a spare 0 or a lone '-'", at: start)
        }
        if take("."), digits() == 0 { throw error("digits must follow the decimal point") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw error("digits must follow the exponent") }
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }
}

extension JSONReader {
    private mutating func string() throws(JSONSyntaxError) -> String {
        let start = position
        position += 1
        var bytes: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    throw error("the text is not UTF-8; save the file as UTF-8", at: start)
                }
                return string
            case UInt8(ascii: "\\"): bytes.append(contentsOf: try escape())
            case 0x0A, 0x0D:
                throw error("the text that begins here has no closing quote", at: start)
            case 0..<0x20:
                throw error("a control character must be written as an escape such as \\t")
            default:
                bytes.append(byte)
                position += 1
            }
        }
        throw error("the text that begins here has no closing quote", at: start)
    }

    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        let start = position
        position += 1
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
            UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
        ]
        if let byte = peek, let plain = simple[byte] {
            position += 1
            return [plain]
        }
        let doubled = #"a backslash in text must be doubled, as in "C:\\Users""#
        guard take("u"), let first = hexUnit() else {
            throw error("'\\' before \(found) means nothing; \(doubled)", at: start)
        }
        var units = [first]
        if UTF16.isLeadSurrogate(first), take("\\"), take("u"), let second = hexUnit() {
            units.append(second)
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw error("the \\u escape is half of a character", at: start)
        }
        return Array(text.utf8)
    }

    private mutating func hexUnit() -> UInt16? {
        guard position + 4 <= text.count else { return nil }
        let digits = text[position..<position + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        position += 4
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
