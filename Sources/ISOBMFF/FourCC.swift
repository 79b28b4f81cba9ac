/// The four-character code that names a box, a brand, a handler or a codec.
public struct FourCC: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The code as it stands in a file, read as one big-endian number.
    public var rawValue: UInt32

    /// The code whose four bytes are `rawValue` in big-endian order.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The code of the first four ASCII characters of `value`, filled up with spaces.
    public init(stringLiteral value: StaticString) {
        var code: UInt32 = 0
        value.withUTF8Buffer { characters in
            for index in 0..<4 {
                code = code << 8 | UInt32(index < characters.count ? characters[index] : 0x20)
            }
        }
        rawValue = code
    }

    /// The four characters; bytes that do not print are shown as `?`.
    public var description: String {
        var text = ""
        for shift in [24, 16, 8, 0] as [UInt32] {
            let byte = UInt8(truncatingIfNeeded: rawValue >> shift)
            text.unicodeScalars.append(Unicode.Scalar((0x20..<0x7f).contains(byte) ? byte : 0x3f))
        }
        return text
    }
}
