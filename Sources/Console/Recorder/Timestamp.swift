public import Platform

/// An instant as the API writes it: RFC 3339 in UTC with milliseconds.
public struct Timestamp: Codable, Comparable, Hashable, Sendable {
    /// The instant; parts of a millisecond are cut off on the wire.
    public var wall: WallTime

    /// An instant of the wall clock.
    public init(_ wall: WallTime) { self.wall = wall }

    /// Reads RFC 3339 with `Z` or an offset; nil for anything else.
    public init?(_ text: String) {
        guard let wall = WallTime(rfc3339: text) else { return nil }
        self.wall = wall
    }

    /// Reads a string of RFC 3339.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no time; write it like 2025-02-23T09:00:00Z")
        }
        self = time
    }

    /// Writes `2025-02-23T09:00:00.000Z`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wall.utcText)
    }

    /// Orders instants in time.
    public static func < (a: Self, b: Self) -> Bool { a.wall < b.wall }
}
