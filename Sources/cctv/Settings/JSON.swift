/// A JSON value (RFC 8259) that keeps the order of its members and where in its text it stood.
///
/// Numbers keep their digits, so that what a person wrote is what an error shows and a save writes.
struct JSON: Sendable {
    enum Content: Sendable {
        case null
        case boolean(Bool)
        case number(String)
        case string(String)
        case array([JSON])
        case object([Member])
    }

    struct Member: Sendable {
        var name: String
        /// Where the name stands, in bytes from the start of the text; empty if it was made here.
        var nameBytes: Range<Int> = 0..<0
        var value: JSON
    }

    var content: Content
    /// Where the value stands, in bytes from the start of the text; empty if it was made here.
    var bytes: Range<Int> = 0..<0

    init(_ content: Content, bytes: Range<Int> = 0..<0) {
        self.content = content
        self.bytes = bytes
    }

    var members: [Member]? {
        if case .object(let members) = content { members } else { nil }
    }

    var elements: [JSON]? {
        if case .array(let elements) = content { elements } else { nil }
    }

    var string: String? {
        if case .string(let string) = content { string } else { nil }
    }

    /// The member of that name, if this is an object that has one.
    subscript(name: String) -> JSON? { members?.first { $0.name == name }?.value }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self.init(.string(value)) }
    init(integerLiteral value: Int) { self.init(.number("\(value)")) }
    init(booleanLiteral value: Bool) { self.init(.boolean(value)) }
    init(arrayLiteral elements: JSON...) { self.init(.array(elements)) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(.object(elements.map { Member(name: $0.0, value: $0.1) }))
    }
    init(nilLiteral: ()) { self.init(.null) }

    init(_ text: some StringProtocol) { self.init(.string(String(text))) }
    init(_ number: some BinaryInteger) { self.init(.number("\(number)")) }
    init(_ boolean: Bool) { self.init(.boolean(boolean)) }
    init(_ text: String?) { self = text.map { JSON($0) } ?? nil }
    init(_ elements: [JSON]) { self.init(.array(elements)) }

    /// A number rounded to `places` decimals; `null` for what JSON has no number for.
    init(_ number: Double, places: Int = 3) {
        guard number.isFinite, number.magnitude < 1e15 else {
            self = nil
            return
        }
        self.init(.number(decimal(number, places: places)))
    }
}

/// Returns a number with at most `places` decimals and no trailing zeros: `2.5`, `30`.
func decimal(_ number: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (number.magnitude * scale).rounded()
    let whole = Int64(scaled / scale)
    let sign = number < 0 && scaled > 0 ? "-" : ""
    var fraction = "\(Int64(scaled) - whole * Int64(scale))"
    fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
}
