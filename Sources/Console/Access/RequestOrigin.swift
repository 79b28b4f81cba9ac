import HTTPTypes
import Hummingbird

/// Where a request really comes from, and under which name it was sent here.
struct RequestOrigin: Hashable, Sendable {
    /// The client's place, a proxy's word for it taken only from a proxy that is trusted.
    var peer: ConsoleContext.Peer
    /// Whether the browser's connection is encrypted.
    var isSecure: Bool
    /// The name and port that the browser asked for: `cctv.example:8480`.
    var authority: String

    /// What a browser calls this console (RFC 6454): `https://cctv.example:8480`.
    var text: String { (isSecure ? "https://" : "http://") + authority }

    /// Reads the header of a request.
    ///
    /// - Parameters:
    ///   - peer: who is at the other end of the connection.
    ///   - isEncrypted: whether the connection is.
    ///   - proxies: whose `X-Forwarded-` fields are believed.
    init(
        _ request: HTTPRequest, peer: ConsoleContext.Peer, isEncrypted: Bool,
        proxies: [AddressRange]
    ) {
        authority = request.authority?.lowercased() ?? ""
        isSecure = isEncrypted
        self.peer = peer
        guard case .network(let address, _) = peer else { return }
        let fields = request.headerFields
        let hops = Self.list(fields, "X-Forwarded-For")
        guard proxies.contains(where: { $0.contains(address) }) else {
            // Somebody forwards who is not trusted: at least it is not this machine that asks.
            if !hops.isEmpty || !Self.list(fields, "Forwarded").isEmpty {
                self.peer = .network(address: address, isLoopback: false)
            }
            return
        }
        // The last that is no proxy of ours; what stands before it anybody can write.
        if let client = hops.last(where: { hop in !proxies.contains { $0.contains(hop) } }) {
            self.peer = .network(address: client, isLoopback: false)
        }
        if let scheme = Self.list(fields, "X-Forwarded-Proto").last { isSecure = scheme == "https" }
        if let host = Self.list(fields, "X-Forwarded-Host").last { authority = host }
    }

    /// The host without its port and brackets.
    var host: String {
        if authority.hasPrefix("[") {
            return String(authority.dropFirst().prefix { $0 != "]" })
        }
        return String(authority.prefix { $0 != ":" })
    }

    /// Whether the console is to answer under this name.
    ///
    /// A name that an attacker's server gave away for our address would make a browser believe that
    /// its page and ours belong together (DNS rebinding). An address as it is cannot be given away.
    func isKnown(names: Set<String>) -> Bool {
        host == "localhost" || AddressRange.bytes(of: host) != nil || names.contains(host)
    }

    private static func list(_ fields: HTTPFields, _ name: String) -> [String] {
        guard let name = HTTPField.Name(name) else { return [] }
        return fields[values: name].flatMap { $0.split(separator: ",") }.map { item in
            String(item.drop { $0 == " " }.prefix { $0 != " " }).lowercased()
        }
    }
}
