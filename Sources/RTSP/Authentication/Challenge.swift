/// One way to identify oneself that a server offers (RFC 7616 3.3, RFC 7617 2).
public struct Challenge: Equatable, Sendable {
    /// The scheme, Digest told apart by its algorithm.
    public var scheme: AuthenticationScheme
    /// The protection space, without its quotes but with its backslashes.
    public var realm: String
    /// The server's one-time value (Digest).
    public var nonce: String
    /// What the server wants back unchanged; nil if it sent none.
    public var opaque: String?
    /// The algorithm as the server spells it; nil if it named none, which means MD5.
    public var algorithm: String?
    /// The qualities of protection offered, in small letters; empty as in RFC 2069.
    public var protections: [String]
    /// True if only the nonce is out of date and the password was right.
    public var isStale: Bool

    /// Returns the challenges of one `WWW-Authenticate` value that we understand.
    public static func parse(_ value: String) -> [Challenge] {
        AuthenticationParameters.parse(value).compactMap(Challenge.init)
    }

    /// Returns the strongest challenge of a response; nil if it has none that we understand.
    public static func strongest(in headers: HeaderFields) -> Challenge? {
        headers.all("WWW-Authenticate").flatMap(parse).max { $0.scheme < $1.scheme }
    }

    private init?(_ parameters: AuthenticationParameters) {
        realm = parameters["realm"] ?? ""
        nonce = parameters["nonce"] ?? ""
        opaque = parameters["opaque"]
        algorithm = parameters["algorithm"]
        protections = (parameters["qop"] ?? "").lowercased().split(separator: ",")
            .map { String($0.trimmed) }
        isStale = parameters["stale"]?.lowercased() == "true"
        switch parameters.scheme.lowercased() {
        case "basic": scheme = .basic
        case "digest":
            switch algorithm?.uppercased() {
            case nil, "MD5", "MD5-SESS": scheme = .digestMD5
            case "SHA-256", "SHA-256-SESS": scheme = .digestSHA256
            default: return nil
            }
        default: return nil
        }
    }

    /// A Digest challenge as a server makes it.
    public init(
        realm: String, nonce: String, scheme: AuthenticationScheme = .digestMD5,
        protections: [String] = [], isStale: Bool = false
    ) {
        self.scheme = scheme
        self.realm = realm
        self.nonce = nonce
        self.protections = protections
        self.isStale = isStale
        algorithm = scheme == .digestSHA256 ? "SHA-256" : nil
    }

    /// The value of a `WWW-Authenticate` line.
    public var headerValue: String {
        guard scheme != .basic else { return "Basic realm=\"\(realm)\"" }
        var value = "Digest realm=\"\(realm)\", nonce=\"\(nonce)\""
        if let algorithm { value += ", algorithm=\(algorithm)" }
        if !protections.isEmpty { value += ", qop=\"\(protections.joined(separator: ","))\"" }
        if let opaque { value += ", opaque=\"\(opaque)\"" }
        if isStale { value += ", stale=TRUE" }
        return value
    }
}
