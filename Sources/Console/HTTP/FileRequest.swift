/// What a request for a file asks for, decided from its header: RFC 9110, 13 and 14.
enum FileAnswer: Hashable, Sendable {
    /// 200: all of it.
    case whole
    /// 206: these bytes, of which there is at least one.
    case part(Range<Int64>)
    /// 304: the client's copy is the same.
    case notModified
    /// 416: no byte of what is asked for exists.
    case unsatisfiable
}

/// The conditions and the range of a request for a file.
struct FileRequest: Hashable, Sendable {
    /// Whether it is GET; a range of HEAD is to be ignored (RFC 9110, 14.2).
    var isGet = true
    /// `If-None-Match`.
    var ifNoneMatch: String?
    /// `If-Modified-Since`.
    var ifModifiedSince: String?
    /// `Range`.
    var range: String?
    /// `If-Range`.
    var ifRange: String?

    /// Returns what to answer for a file.
    ///
    /// A date counts only if it is the very text of `Last-Modified`, which is all that clients send.
    ///
    /// - Parameters:
    ///   - entityTag: a strong tag with its quotes.
    ///   - modified: the file's `Last-Modified`.
    ///   - length: bytes of the file.
    func answer(entityTag: String, modified: String, length: Int64) -> FileAnswer {
        if let ifNoneMatch {
            // A weak comparison (RFC 9110, 13.1.2).
            if ifNoneMatch == "*" || Self.tags(ifNoneMatch).contains(entityTag[...]) {
                return .notModified
            }
        } else if ifModifiedSince == modified {
            return .notModified
        }
        guard isGet, let range else { return .whole }
        if let ifRange, ifRange != entityTag, ifRange != modified { return .whole }
        return Self.answer(range: range, length: length)
    }

    /// The tags of a list, `W/` taken off.
    private static func tags(_ list: String) -> [Substring] {
        list.split(separator: ",").map { item in
            let tag = item.drop { $0 == " " || $0 == "\t" }
            let rest = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
            return rest.prefix { $0 != " " && $0 != "\t" }
        }
    }

    /// Reads `bytes=0-499`, `bytes=500-` or `bytes=-500`; several ranges at once, another unit and
    /// what has no meaning are ignored, as RFC 9110, 14.2 allows.
    private static func answer(range: String, length: Int64) -> FileAnswer {
        let text = range.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let unit = Array("bytes=".utf8)
        guard text.prefix(unit.count).elementsEqual(unit, by: { $0 | 0x20 == $1 | 0x20 }) else {
            return .whole
        }
        let parts = text.dropFirst(unit.count).split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return .whole }
        switch (number(parts[0]), number(parts[1])) {
        case (.value(let first), .none):
            return first < length ? .part(first..<length) : .unsatisfiable
        case (.value(let first), .value(let last)):
            guard first <= last else { return .whole }
            return first < length ? .part(first..<min(last, length - 1) + 1) : .unsatisfiable
        case (.none, .value(let count)):
            guard count > 0, length > 0 else { return .unsatisfiable }
            return .part(max(0, length - count)..<length)
        default: return .whole
        }
    }

    private enum Number {
        case none
        case value(Int64)
        case wrong
    }

    private static func number(_ digits: some Collection<UInt8>) -> Number {
        if digits.isEmpty { return .none }
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return .wrong }
            // A number beyond what a file can have is beyond its end all the same.
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            value =
                overflow
                ? .max - 1 : tenfold.addingReportingOverflow(Int64(digit - 0x30)).partialValue
            if value < 0 { value = .max - 1 }
        }
        return .value(value)
    }
}
