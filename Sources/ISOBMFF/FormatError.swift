/// Why bytes are not what the clip format, or ISO/IEC 14496-12, says they are.
public enum FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not a clip of this program; the text says what stands there instead.
    case notAClip(String)
    /// A box ends before all its fields.
    case truncated(FourCC)
    /// A box lacks a child, or a file lacks a box, that must be there.
    case missing(FourCC, in: FourCC)
    /// A box holds a value that cannot be; the text names the value.
    case invalid(FourCC, String)
    /// The checksum stored in a box differs from that of its bytes.
    case checksum(FourCC)
    /// The clip is larger than the format allows; the text names the limit.
    case tooLarge(String)

    /// What is wrong, in a sentence without its full stop.
    public var description: String {
        switch self {
        case .notAClip(let what): "not a clip: \(what)"
        case .truncated(let box): "box '\(box)' ends before all its fields"
        case .missing(let box, let parent): "box '\(parent)' has no '\(box)'"
        case .invalid(let box, let what): "box '\(box)': \(what)"
        case .checksum(let box): "box '\(box)': the checksum differs from the bytes"
        case .tooLarge(let limit): "too large: \(limit)"
        }
    }
}
