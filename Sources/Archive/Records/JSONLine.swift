/// One record of a file of JSON lines: an object whose members are texts and whole numbers.
struct JSONLine: Hashable, Sendable {
    /// A member's value.
    enum Value: Hashable, Sendable {
        case text(String)
        case integer(Int64)
    }

    /// The members in their order.
    var members: [(name: String, value: Value)] { names.map { ($0, values[$0] ?? .text("")) } }
    private var names: [String] = []
    private var values: [String: Value] = [:]

    init(_ members: KeyValuePairs<String, Value>) {
        for (name, value) in members { set(name, value) }
    }

    func text(_ name: String) -> String? {
        if case .text(let text) = values[name] { text } else { nil }
    }

    func integer(_ name: String) -> Int64? {
        if case .integer(let number) = values[name] { number } else { nil }
    }

    private mutating func set(_ name: String, _ value: Value) {
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    /// The record with the end of its line.
    var bytes: [UInt8] {
        let members = members.map { name, value in
            switch value {
            case .text(let text): "\(Self.quoted(name)):\(Self.quoted(text))"
            case .integer(let number): "\(Self.quoted(name)):\(number)"
            }
        }
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension JSONLine {
    /// Reads one record; nil if the line is torn or holds anything that is not written here.
    init?(_ line: some Collection<UInt8>) {
        var reader = JSONLineReader(rest: Array(line)[...])
        guard reader.take("{") else { return nil }
        repeat {
            guard let name = reader.text(), reader.take(":"), let value = reader.value() else {
                return nil
            }
            set(name, value)
        } while reader.take(",")
        guard reader.take("}"), reader.isAtEnd else { return nil }
    }

    /// Reads a file of records; lines that are torn, as the last may be, are left out.
    static func all(in file: [UInt8]) -> [JSONLine] {
        file.split(separator: UInt8(ascii: "\n")).compactMap { JSONLine($0) }
    }
}

private struct JSONLineReader {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return rest.isEmpty
        }
    }

    mutating func skipSpace() {
        rest = rest.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
    }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func value() -> JSONLine.Value? {
        skipSpace()
        if rest.first == UInt8(ascii: "\"") { return text().map(JSONLine.Value.text) }
        let digits = rest.prefix { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        rest = rest.dropFirst(digits.count)
        return Int64(String(decoding: digits, as: UTF8.self)).map(JSONLine.Value.integer)
    }

    mutating func text() -> String? {
        guard take("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = escape() else { return nil }
                bytes += escaped
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> [UInt8]? {
        switch rest.popFirst() {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let digits = String(decoding: rest.prefix(4), as: UTF8.self)
            rest = rest.dropFirst(4)
            guard digits.utf8.count == 4, let code = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(code)
            else { return nil }
            return Array(String(Character(scalar)).utf8)
        case let byte?: return [byte]
        case nil: return nil
        }
    }
}
