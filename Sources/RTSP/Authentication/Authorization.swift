/// What a client says about itself in an `Authorization` line; the server's side of it.
public enum Authorization: Sendable {
    /// Name and password in clear text.
    case basic(Credentials)
    /// A Digest, with the response that the client computed.
    case digest(DigestResponse, response: String)

    /// Reads the value of an `Authorization` line; nil if it is neither Basic nor Digest.
    public init?(parsing value: String, method: String, body: [UInt8] = []) {
        guard let parameters = AuthenticationParameters.parse(value).first else { return nil }
        switch parameters.scheme.lowercased() {
        case "basic":
            guard let decoded = Base64.decode(parameters.token) else { return nil }
            let parts = String(decoding: decoded, as: UTF8.self)
                .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            self = .basic(
                Credentials(username: String(parts[0]), password: Secret(String(parts[1]))))
        case "digest":
            let digest = DigestResponse(
                username: Self.unescaped(parameters["username"] ?? ""),
                realm: parameters["realm"] ?? "",
                nonce: parameters["nonce"] ?? "", uri: parameters["uri"] ?? "", method: method,
                algorithm: parameters["algorithm"], protection: parameters["qop"],
                clientNonce: parameters["cnonce"] ?? "", nonceCount: parameters["nc"] ?? "",
                body: body)
            self = .digest(digest, response: parameters["response"] ?? "")
        default: return nil
        }
    }

    /// Whether it proves knowledge of `credentials`, for the nonce given out (Digest only).
    public func proves(_ credentials: Credentials, nonce: String, hashes: DigestHashes) -> Bool {
        switch self {
        case .basic(let given): return given == credentials
        case .digest(let digest, let response):
            guard digest.nonce == nonce, digest.username == credentials.username else {
                return false
            }
            let expected = digest.compute(password: credentials.password, hashes: hashes)
            return expected == response.lowercased()
        }
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            result.append(character == "\\" ? rest.popFirst() ?? character : character)
        }
        return result
    }
}
