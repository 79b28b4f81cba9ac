/// The arithmetic of Digest (RFC 7616 3.4; RFC 2617 and 2069 for older cameras).
public struct DigestResponse: Sendable {
    /// The user's name as hashed.
    public var username: String
    /// The realm between its quotes.
    public var realm: String
    /// The server's one-time value.
    public var nonce: String
    /// The URI of the request line.
    public var uri: String
    /// The method of the request line.
    public var method: String
    /// The algorithm's name; nil means MD5.
    public var algorithm: String?
    /// The quality of protection; nil as in RFC 2069.
    public var protection: String?
    /// The client's one-time value, used with a protection or a `-sess` algorithm.
    public var clientNonce: String
    /// Eight hexadecimal digits: how often the nonce has been used, this time included.
    public var nonceCount: String
    /// The request's body, hashed for `auth-int`.
    public var body: [UInt8] = []

    /// Returns the response as hexadecimal digits.
    public func compute(password: Secret, hashes: DigestHashes) -> String {
        let name = algorithm?.uppercased() ?? "MD5"
        let hash = name.hasPrefix("SHA-256") ? hashes.sha256 : hashes.md5
        let digest = { (text: String) in Self.hexadecimal(hash(Array(text.utf8))) }
        var secret = digest("\(username):\(realm):\(password.reveal())")
        if name.hasSuffix("-SESS") { secret = digest("\(secret):\(nonce):\(clientNonce)") }
        var subject = "\(method):\(uri)"
        if protection == "auth-int" { subject += ":\(Self.hexadecimal(hash(body)))" }
        let request = digest(subject)
        guard let protection else { return digest("\(secret):\(nonce):\(request)") }
        return digest("\(secret):\(nonce):\(nonceCount):\(clientNonce):\(protection):\(request)")
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}
