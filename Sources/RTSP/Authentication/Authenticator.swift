/// Remembers a server's challenge and answers it with every request that follows.
///
/// Nothing is said before the server has asked. A refused answer is not repeated: cameras lock out
/// whom they have refused a few times.
struct Authenticator {
    private let credentials: Credentials?
    private let hashes: DigestHashes
    private let allowsBasic: Bool
    private var challenge: Challenge?
    private var nonceCount = 0
    private var hasSucceeded = false

    init(credentials: Credentials?, hashes: DigestHashes, allowsBasic: Bool) {
        self.credentials = credentials
        self.hashes = hashes
        self.allowsBasic = allowsBasic
    }

    /// The scheme in use.
    var scheme: AuthenticationScheme { challenge?.scheme ?? .none }

    /// Returns the `Authorization` of a request; nil as long as nobody has asked.
    mutating func authorization(
        method: String, uri: String, clientNonce: String? = nil
    ) -> String? {
        guard let challenge, let credentials else { return nil }
        guard challenge.scheme != .basic else {
            let pair = "\(credentials.username):\(credentials.password.reveal())"
            return "Basic \(Base64.encode(Array(pair.utf8)))"
        }
        nonceCount += 1
        let isSession = challenge.algorithm?.uppercased().hasSuffix("-SESS") == true
        let protection: String? =
            challenge.protections.contains("auth")
            ? "auth" : challenge.protections.contains("auth-int") ? "auth-int" : nil
        let count = String(nonceCount, radix: 16)
        let digest = DigestResponse(
            username: credentials.username, realm: challenge.realm, nonce: challenge.nonce,
            uri: uri, method: method, algorithm: challenge.algorithm, protection: protection,
            clientNonce: clientNonce ?? Self.randomNonce(),
            nonceCount: String(repeating: "0", count: max(0, 8 - count.count)) + count)
        let response = digest.compute(password: credentials.password, hashes: hashes)
        var value =
            "Digest username=\"\(Self.escaped(credentials.username))\""
            + ", realm=\"\(challenge.realm)\", nonce=\"\(challenge.nonce)\""
            + ", uri=\"\(uri)\", response=\"\(response)\""
        if let algorithm = challenge.algorithm { value += ", algorithm=\(algorithm)" }
        if let opaque = challenge.opaque { value += ", opaque=\"\(opaque)\"" }
        if let protection { value += ", qop=\(protection), nc=\(digest.nonceCount)" }
        if protection != nil || isSession { value += ", cnonce=\"\(digest.clientNonce)\"" }
        return value
    }

    /// Notes that a request with our answer was accepted.
    mutating func accepted() { hasSucceeded = hasSucceeded || challenge != nil }

    /// Takes in a 401; when it returns, the request is to be sent once more.
    ///
    /// - Throws: `unauthorized`, `basicRefused` or `malformed` if that would not help.
    mutating func challenged(by response: RTSPResponse) throws(RTSPError) {
        guard let credentials, !credentials.username.isEmpty else {
            throw .unauthorized(hadCredentials: false)
        }
        guard let offered = Challenge.strongest(in: response.headers) else {
            guard challenge == nil else { throw .unauthorized(hadCredentials: true) }
            throw .malformed(what: "a 401 that asks for nothing we know")
        }
        if let challenge {
            let isRenewal = offered.isStale || (hasSucceeded && offered.nonce != challenge.nonce)
            guard isRenewal else { throw .unauthorized(hadCredentials: true) }
        }
        let isDowngrade = offered.scheme == .basic && scheme > .basic
        guard offered.scheme != .basic || (allowsBasic && !isDowngrade) else { throw .basicRefused }
        challenge = offered
        nonceCount = 0
        hasSucceeded = false
    }

    private static func randomNonce() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}
