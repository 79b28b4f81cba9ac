/// Reads the elements and texts of an XML document (Namespaces in XML 1.0) as far as SOAP needs them.
///
/// It knows no entities but the five predefined and numbers, no DTD and nothing outside the document,
/// so nothing can be made to grow or to be fetched. Names come without their prefix.
struct XMLEvents: Sequence, IteratorProtocol {
    /// What comes next in the document.
    enum Event: Equatable {
        case begin(String)
        case text(String)
        case end(String)
    }

    private var rest: Substring
    private var pending: Event?

    init(_ document: String) { rest = document[...] }

    mutating func next() -> Event? {
        if let event = pending.take() { return event }
        while !rest.isEmpty {
            guard rest.first == "<" else {
                let text = rest.prefix { $0 != "<" }
                rest = rest[text.endIndex...]
                return .text(Self.resolved(text))
            }
            if rest.hasPrefix("<!--") {
                skip(past: "-->")
            } else if rest.hasPrefix("<![CDATA[") {
                return .text(take(from: "<![CDATA[", to: "]]>"))
            } else if rest.hasPrefix("<?") || rest.hasPrefix("<!") {
                skip(past: ">")
            } else if let event = tag() {
                return event
            }
        }
        return nil
    }

    /// Reads one tag; an element without content is two events.
    private mutating func tag() -> Event? {
        let body = take(from: "<", to: ">")
        if body.hasPrefix("/") { return .end(Self.localName(body.dropFirst())) }
        let name = Self.localName(body[...])
        guard !name.isEmpty else { return nil }
        if body.hasSuffix("/") { pending = .end(name) }
        return .begin(name)
    }

    private mutating func take(from start: String, to end: String) -> String {
        let body = rest.dropFirst(start.count)
        let close = body.firstRange(of: end)
        defer { rest = body[(close?.upperBound ?? body.endIndex)...] }
        return String(body[..<(close?.lowerBound ?? body.endIndex)])
    }

    private mutating func skip(past mark: String) { _ = take(from: "", to: mark) }

    private static func localName(_ tag: Substring) -> String {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        return String(name.split(separator: ":").last ?? "")
    }

    private static func resolved(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var (result, rest) = ("", text)
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            let tail = rest[rest.index(after: mark)...]
            guard let end = tail.prefix(10).firstIndex(of: ";") else {
                return result + rest[mark...]
            }
            result += character(tail[..<end]) ?? "&\(tail[..<end]);"
            rest = tail[tail.index(after: end)...]
        }
        return result + rest
    }

    private static func character(_ entity: Substring) -> String? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard entity.hasPrefix("#") else { return nil }
            let digits = entity.dropFirst()
            let number =
                digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map { String($0) }
        }
    }
}
