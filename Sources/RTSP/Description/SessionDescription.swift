/// A session description (RFC 4566) as cameras write it.
///
/// Lines that say nothing to us, and lines that are no lines of SDP, are passed over.
public struct SessionDescription: Equatable, Sendable {
    /// The control URL of the whole session, as sent; empty if there is none.
    public private(set) var control = ""
    /// The media in their order; at most 32.
    public private(set) var media: [MediaDescription] = []

    /// Reads a description.
    ///
    /// - Throws: `malformed` if there is no line of SDP in it.
    public init(parsing text: String) throws(RTSPError) {
        var recognized = false
        for line in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = Substring(line).trimmed
            guard line.utf8.dropFirst().first == 0x3D, let type = line.utf8.first else { continue }
            recognized = true
            let value = line.dropFirst(2).trimmed
            switch type {
            case 0x6D where media.count < 32:
                MediaDescription(mediaLine: value).map { media.append($0) }
            case 0x61: read(attribute: value)
            default: break
            }
        }
        guard recognized else { throw .malformed(what: "a session description that is none") }
    }

    private mutating func read(attribute: Substring) {
        let colon = attribute.firstIndex(of: ":") ?? attribute.endIndex
        let name = attribute[..<colon].trimmed.lowercased()
        let value = attribute[colon...].dropFirst().trimmed
        if media.isEmpty {
            if name == "control" { control = String(value) }
        } else {
            media[media.count - 1].read(attribute: name, value: value)
        }
    }
}
