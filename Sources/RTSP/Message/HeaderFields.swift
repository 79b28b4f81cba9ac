/// The header lines of a message, in their order; names are compared without regard to case.
public struct HeaderFields: Equatable, Sendable {
    /// One line.
    public struct Field: Equatable, Sendable {
        /// The name as sent.
        public var name: String
        /// The value without the white space around it.
        public var value: String
    }

    /// The lines.
    public private(set) var fields: [Field] = []

    /// No lines.
    public init() {}

    /// The value of the first line with this name; setting replaces all such lines.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
        set {
            fields.removeAll { $0.name.equalsIgnoringCase(name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// Returns the values of all lines with this name.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
    }

    /// Adds a line, without control characters: a value cannot become a line of its own.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value.withoutControlCharacters))
    }
}

extension StringProtocol {
    /// Whether two texts are the same but for the case of ASCII letters.
    func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// The text without spaces, tabs and line ends around it.
    var trimmed: SubSequence {
        let isBlank = { (c: Character) in c == " " || c == "\t" || c == "\r" || c == "\0" }
        guard let first = firstIndex(where: { !isBlank($0) }),
            let last = lastIndex(where: { !isBlank($0) })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }

    /// The text with a space for each control character.
    var withoutControlCharacters: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return String(self) }
        return String(decoding: utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }
}

extension UInt8 {
    /// The byte, with a small letter for a capital one.
    var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
