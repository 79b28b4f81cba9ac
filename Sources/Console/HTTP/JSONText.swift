internal import Platform

/// Writes records as JSON by hand: a list of a day has thousands of them, and `JSONEncoder` takes
/// longer for it than everything else together.
///
/// The text is that of `Response.json`: keys in snake_case and in the order of the alphabet, which
/// whoever writes fields keeps to; nil is left out.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Whether a comma belongs before the next member or element.
    private var isContinued = false

    /// Writes an object whose members `body` writes.
    mutating func object(_ body: (inout JSONText) -> Void) { enclosed("{", "}", body) }

    /// Writes a list of objects.
    mutating func field<Record: JSONRecord>(_ name: StaticString, _ records: [Record]) {
        key(name)
        enclosed("[", "]") { text in
            for record in records {
                text.separate()
                text.object { record.write(to: &$0) }
            }
        }
    }

    mutating func field(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        quote(value)
    }

    mutating func field(_ name: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        key(name)
        append("\"")
        value.wall.appendUTCText(to: &bytes)
        append("\"")
    }

    mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        append(value ? "true" : "false")
    }

    mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        bytes += "\(value)".utf8
    }

    /// A number that is not finite, which JSON has no word for, is `null`.
    mutating func field(_ name: StaticString, _ value: Double) {
        key(name)
        guard value.isFinite else { return append("null") }
        let text = value.description
        bytes += text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
    }

    private mutating func key(_ name: StaticString) {
        separate()
        append("\"")
        append(name)
        append("\":")
    }

    private mutating func separate() {
        if isContinued { append(",") }
        isContinued = true
    }

    private mutating func enclosed(
        _ open: StaticString, _ close: StaticString, _ body: (inout JSONText) -> Void
    ) {
        append(open)
        isContinued = false
        body(&self)
        append(close)
        isContinued = true
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends a string with its quotes (RFC 8259, 7).
    private mutating func quote(_ string: String) {
        append("\"")
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0a: append("\\n")
            case 0x0c: append("\\f")
            case 0x0d: append("\\r")
            case 0..<0x20:
                append(byte < 0x10 ? "\\u000" : "\\u001")
                bytes += String(byte & 0x0f, radix: 16).utf8
            default: bytes.append(byte)
            }
        }
        append("\"")
    }
}

/// A record that is answered by the thousand.
protocol JSONRecord: Encodable {
    /// Writes each member, in the order of the alphabet.
    func write(to text: inout JSONText)
}
