import Glibc

/// The address of a camera's stream: an `rtsp:` or `rtsps:` URL whose credentials are kept apart.
///
/// Nothing else is let through, so that no setting can make the recorder open a file or speak
/// another protocol.
public struct CameraURL: Equatable, Sendable {
    /// The scheme.
    public enum Scheme: String, Sendable {
        /// RTSP over TCP.
        case rtsp
        /// RTSP over TLS.
        case rtsps

        /// The port of a URL that gives none: 554 and 322.
        public var defaultPort: UInt16 { self == .rtsp ? 554 : 322 }
    }

    /// The scheme.
    public let scheme: Scheme
    /// A name, an IPv4 address or an IPv6 address (without brackets), in lower case.
    public let host: String
    /// The port, the scheme's default if the URL gives none.
    public let port: UInt16
    /// Everything behind host and port as it was written; empty or starting with `/` or `?`.
    public let pathAndQuery: String
    /// User name and password of the URL, percent escapes resolved; nil if it has none.
    public let credentials: Credentials?

    /// Reads a URL as a person writes it.
    ///
    /// A password may contain `@`, `:`, `/`, `?` and `#` unescaped as long as what follows its last
    /// `@` is a host; percent escapes are resolved in user name and password only.
    ///
    /// - Throws: `CameraURLError`, which says what to write instead.
    public init(parsing text: String) throws(CameraURLError) {
        guard !text.isEmpty else { throw .empty }
        for byte in text.utf8 {
            guard byte != 0x20 else { throw .space }
            guard byte > 0x20, byte != 0x7F else { throw .controlCharacter }
        }
        let (scheme, rest) = try Self.splitScheme(text)
        let (userinfo, location) = Self.splitUserinfo(rest)
        let end = location.firstIndex { Self.endsAuthority($0) } ?? location.endIndex
        let (host, port) = try Self.splitHost(location[..<end])
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
        pathAndQuery = String(location[end...])
        credentials = userinfo.map(Self.credentials)
    }

    /// The URL for a request line: without credentials, path and query as written.
    public var requestURI: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let suffix = port == scheme.defaultPort ? "" : ":\(port)"
        return "\(scheme.rawValue)://\(name)\(suffix)\(pathAndQuery)"
    }

    /// Whether `other` has the same scheme, host and port.
    public func hasSameOrigin(as other: CameraURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }
}

extension CameraURL: CustomStringConvertible, CustomDebugStringConvertible {
    /// The URL without credentials, and with `***` for passwords that are part of path or query.
    public var description: String {
        var shown = requestURI
        for key in ["password=", "passwd=", "pwd=", "pass="] {
            shown = Self.masking(key, in: shown)
        }
        return shown
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Replaces the value after each `key`, up to the next separator.
    private static func masking(_ key: String, in text: String) -> String {
        var masked: [UInt8] = []
        var rest = Array(text.utf8)[...]
        let key = Array(key.utf8)
        while let first = rest.first {
            guard rest.starts(with: key, by: { ($0 | 0x20) == ($1 | 0x20) }) else {
                masked.append(first)
                rest = rest.dropFirst()
                continue
            }
            masked += rest.prefix(key.count)
            masked += "***".utf8
            rest = rest.dropFirst(key.count).drop { !"&;/?#".utf8.contains($0) }
        }
        return String(decoding: masked, as: UTF8.self)
    }
}

extension CameraURL {
    /// Protocols of libavformat and of browsers that people (and attackers) write without `//`.
    private static let otherSchemes: Set<String> = [
        "async", "cache", "concat", "concatf", "crypto", "data", "fd", "file", "ftp", "http",
        "https", "javascript", "md5", "pipe", "rtmp", "rtp", "srt", "subfile", "tcp", "tee", "tls",
        "udp", "unix",
    ]

    private static func splitScheme(
        _ text: String
    ) throws(CameraURLError) -> (Scheme, Substring) {
        guard let colon = text.firstIndex(of: ":") else { throw .noScheme }
        let name = text[..<colon].lowercased()
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else {
            if otherSchemes.contains(name) { throw .unsupportedScheme(name) }
            throw .noScheme
        }
        guard let scheme = Scheme(rawValue: name) else {
            let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            throw isName && !name.isEmpty && name.count <= 16 ? .unsupportedScheme(name) : .noScheme
        }
        return (scheme, rest.dropFirst(2))
    }

    private static func endsAuthority(_ character: Character) -> Bool {
        character == "/" || character == "?" || character == "#"
    }

    /// Cuts at the last `@` of the authority.
    ///
    /// A password with `/` makes the authority end too early; that shows in an authority without
    /// `@` whose "port" is no number, as in `admin:a/b@host`. Then the next part is looked at.
    private static func splitUserinfo(_ rest: Substring) -> (Substring?, Substring) {
        let end = rest.firstIndex(where: endsAuthority) ?? rest.endIndex
        if let at = rest[..<end].lastIndex(of: "@") {
            return (rest[..<at], rest[rest.index(after: at)...])
        }
        let looksLikeHost = (try? splitHost(rest[..<end])) != nil
        guard !looksLikeHost, rest[..<end].contains(":"),
            let firstAt = rest[end...].firstIndex(of: "@")
        else { return (nil, rest) }
        let nextEnd = rest[firstAt...].firstIndex(where: endsAuthority) ?? rest.endIndex
        let at = rest[..<nextEnd].lastIndex(of: "@") ?? firstAt
        return (rest[..<at], rest[rest.index(after: at)...])
    }

    private static func splitHost(
        _ authority: Substring
    ) throws(CameraURLError) -> (String, UInt16?) {
        var host = authority
        var port: Substring?
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .badHost }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard isIPv6(host) else { throw .badHost }
            // RFC 6874 2 writes the percent sign of a zone as an escape.
            if let zone = host.firstIndex(of: "%"), host[zone...].hasPrefix("%25") {
                host = host[..<zone] + "%" + host[zone...].dropFirst(3)
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            guard !host.isEmpty else { throw .noHost }
            let isName = host.utf8.allSatisfy {
                isASCIIAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
            }
            guard isName, host.utf8.count <= 253 else { throw .badHost }
        }
        guard let port, !port.isEmpty else { return (host.lowercased(), nil) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port),
            number > 0
        else { throw .badPort }
        return (host.lowercased(), number)
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        let address = text.prefix { $0 != "%" }
        let zone = text.dropFirst(address.count)
        guard zone.utf8.dropFirst().allSatisfy({ isASCIIAlphanumeric($0) || $0 == 0x2E }),
            zone.count != 1
        else { return false }
        var binary = in6_addr()
        return inet_pton(AF_INET6, String(address), &binary) == 1
    }

    private static func isASCIIAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }

    private static func credentials(_ userinfo: Substring) -> Credentials {
        let parts = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return Credentials(
            username: percentDecoded(parts[0]),
            password: Secret(parts.count > 1 ? percentDecoded(parts[1]) : ""))
    }

    /// Resolves `%XX`; a percent sign without two hexadecimal digits stands for itself.
    private static func percentDecoded(_ text: Substring) -> String {
        var decoded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == 0x25, digits.count == 2,
                digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
