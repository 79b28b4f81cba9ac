import Hummingbird
import Platform

/// The query of a request's address, read strictly.
struct Query {
    private let items: [(name: String, value: String)]

    /// Reads `a=1&b=2` with percent signs undone; `+` is a space, as forms send it.
    ///
    /// - Throws: `Problem` 400 if it is not UTF-8 or has a percent sign that means nothing.
    init(_ request: Request) throws(Problem) {
        items = try (request.uri.query ?? "").utf8.split(separator: UInt8(ascii: "&")).map {
            item throws(Problem) in
            let parts = item.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]),
                let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            else { throw .malformed("The address's query cannot be read.") }
            return (name, value)
        }
    }

    /// The value of an item that stands once; nil if it is missing or empty.
    func text(_ name: String) throws(Problem) -> String? {
        let values = texts(name)
        guard values.count <= 1 else {
            throw Self.wrong(name, "'\(name)' stands more than once.")
        }
        return values.first
    }

    /// The values of an item that may stand several times; empty ones are left out.
    func texts(_ name: String) -> [String] {
        items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    /// An instant in RFC 3339; nil if it is missing.
    func time(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw Self.wrong(
                name, "'\(name)' is no time; write it like 2025-02-23T09:00:00Z.")
        }
        return time
    }

    /// A whole number within a range; nil if it is missing.
    func number<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) throws(Problem) -> Number? {
        guard let text = try text(name) else { return nil }
        guard let number = Number(text), range.contains(number) else {
            throw Self.wrong(
                name,
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// One of some words; nil if it is missing.
    func word(_ name: String, of words: [String]) throws(Problem) -> String? {
        guard let text = try text(name) else { return nil }
        guard words.contains(text) else {
            throw Self.wrong(name, "'\(name)' must be one of \(words.joined(separator: ", ")).")
        }
        return text
    }

    /// A stretch of time, which must be told, of the cameras that are named.
    func span() throws(Problem) -> SpanQuery {
        guard let from = try time("from") else { throw Self.wrong("from", "'from' is missing.") }
        guard let to = try time("to") else { throw Self.wrong("to", "'to' is missing.") }
        guard from < to else { throw Self.wrong("to", "'to' must be after 'from'.") }
        guard to.wall - from.wall <= .seconds(62 * 86_400) else {
            throw Self.wrong("to", "At most 62 days can be asked for at once.")
        }
        return SpanQuery(cameras: texts("camera"), from: from, to: to)
    }

    private static func wrong(_ name: String, _ detail: String) -> Problem {
        Problem(.unprocessableContent, "query.invalid", detail, field: name)
    }

    private static func decoded(_ text: Substring.UTF8View.SubSequence) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit),
                    let low = rest.popFirst().flatMap(digit)
                else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
