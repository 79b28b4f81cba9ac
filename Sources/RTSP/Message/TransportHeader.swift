/// The value of a `Transport` line (RFC 2326 12.39), of a request or of its answer.
public struct TransportHeader: Equatable, Sendable {
    /// Whether RTP travels on the RTSP connection (`RTP/AVP/TCP`).
    public var isInterleaved: Bool
    /// The channels of RTP and RTCP.
    public var channels: Pair<UInt8>?
    /// The client's ports for RTP and RTCP.
    public var clientPorts: Pair<UInt16>?
    /// The server's ports for RTP and RTCP.
    public var serverPorts: Pair<UInt16>?
    /// The address that packets come from, if it is another one than RTSP's.
    public var source: String?

    /// A value for RTP and one for RTCP.
    public struct Pair<Value: Equatable & Sendable>: Equatable, Sendable {
        /// RTP's.
        public var rtp: Value
        /// RTCP's.
        public var rtcp: Value

        /// Puts two values together.
        public init(rtp: Value, rtcp: Value) {
            self.rtp = rtp
            self.rtcp = rtcp
        }
    }

    /// RTP over the RTSP connection.
    public init(channels: Pair<UInt8>) {
        isInterleaved = true
        self.channels = channels
    }

    /// RTP in datagrams.
    public init(clientPorts: Pair<UInt16>, serverPorts: Pair<UInt16>? = nil) {
        isInterleaved = false
        self.clientPorts = clientPorts
        self.serverPorts = serverPorts
    }

    /// Reads the first transport of a value; parameters that are missing or odd are left out.
    public init(parsing value: String) {
        let first = value.split(separator: ",").first ?? ""
        let parts = first.split(separator: ";").map(\.trimmed)
        isInterleaved = parts.first?.uppercased().hasSuffix("/TCP") ?? false
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let value = part[part.index(after: equals)...].trimmed
            switch part[..<equals].trimmed.lowercased() {
            case "interleaved": channels = Self.pair(value)
            case "client_port": clientPorts = Self.pair(value)
            case "server_port": serverPorts = Self.pair(value)
            case "source" where !value.isEmpty: source = String(value)
            default: break
            }
        }
    }

    /// The value as it goes over the wire.
    public var headerValue: String {
        var value = isInterleaved ? "RTP/AVP/TCP;unicast" : "RTP/AVP;unicast"
        if let source { value += ";source=\(source)" }
        if let channels { value += ";interleaved=\(channels.rtp)-\(channels.rtcp)" }
        if let clientPorts { value += ";client_port=\(clientPorts.rtp)-\(clientPorts.rtcp)" }
        if let serverPorts { value += ";server_port=\(serverPorts.rtp)-\(serverPorts.rtcp)" }
        return value
    }

    /// Reads `a-b`, or `a` for `a` and the next.
    private static func pair<Value: FixedWidthInteger & Sendable>(
        _ text: Substring
    ) -> Pair<Value>? {
        let parts = text.split(separator: "-").map(\.trimmed)
        guard let first = parts.first.flatMap({ Value($0) }) else { return nil }
        let second = parts.count > 1 ? Value(parts[1]) : nil
        return Pair(rtp: first, rtcp: second ?? first &+ 1)
    }
}
