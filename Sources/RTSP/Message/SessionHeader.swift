/// The value of a `Session` line (RFC 2326 12.37).
public struct SessionHeader: Equatable, Sendable {
    /// The session's name, which every later request repeats.
    public var identifier: String
    /// How long the server waits for a sign of life; 60 s if it does not say.
    public var timeout: Duration

    /// Reads a value; a timeout that is none, or not within a day, counts as 60 s.
    public init(parsing value: String) {
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed)
        identifier = String(parts.first ?? "")
        timeout = .seconds(60)
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=").map(\.trimmed)
            guard pair.count == 2, pair[0].lowercased() == "timeout", let seconds = Int(pair[1]),
                (1...86400).contains(seconds)
            else { continue }
            timeout = .seconds(seconds)
        }
    }
}
