internal import Platform

/// Who is told, and what about.
public struct NotifySettings: Equatable, Sendable {
    /// Where notices are posted to.
    public struct Webhook: Equatable, Sendable {
        /// An `http` or `https` URL.
        public var url: String
        /// The key of the signature; empty for none.
        public var secret: String

        /// A webhook.
        public init(url: String, secret: String = "") {
            self.url = url
            self.secret = secret
        }
    }

    /// The broker that is told of every camera's state.
    public struct Broker: Equatable, Sendable {
        /// Its host.
        public var host: String
        /// Its port.
        public var port: UInt16
        /// Whether the connection is encrypted and the broker's certificate checked.
        public var isSecure: Bool
        /// The user; nil for none.
        public var username: String?
        /// The password; nil for none.
        public var password: String?
        /// What Home Assistant's discovery topics begin with.
        public var discoveryPrefix: String

        /// A broker.
        public init(
            host: String, port: UInt16, isSecure: Bool, username: String? = nil,
            password: String? = nil, discoveryPrefix: String = "homeassistant"
        ) {
            self.host = host
            self.port = port
            self.isSecure = isSecure
            self.username = username
            self.password = password
            self.discoveryPrefix = discoveryPrefix
        }
    }

    /// Where notices are posted to; nil for nowhere.
    public var webhook: Webhook?
    /// The broker; nil for none.
    public var broker: Broker?
    /// A URL that is fetched while all is well; somebody else alarms when that ends.
    public var pingURL: String?
    /// How often it is fetched.
    public var pingInterval = Duration.seconds(60)
    /// When the daily digest is told, in seconds after local midnight; nil for never.
    public var digestAt: Int?
    /// For how long a camera may be away before that is told.
    public var patience = Duration.seconds(60)
    /// A file of certificates in PEM that are trusted besides those of the system; nil for none.
    public var authorities: String?

    /// Nobody is told anything.
    public init() {}
}

/// An address of an HTTP server, looked at before it is used.
public enum WebAddress {
    /// Whether `text` is an `http` or `https` URL with a host and without blanks.
    public static func isValid(_ text: String) -> Bool {
        let rest: Substring
        if text.hasPrefix("https://") {
            rest = text.dropFirst(8)
        } else if text.hasPrefix("http://") {
            rest = text.dropFirst(7)
        } else {
            return false
        }
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return !host.isEmpty
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
}

extension NotifySettings.Broker {
    /// Reads `mqtt://HOST[:PORT]` or `mqtts://HOST[:PORT]`; nil for anything else.
    public init?(url: String) {
        let rest: Substring
        if url.hasPrefix("mqtts://") {
            (isSecure, rest) = (true, url.dropFirst(8))
        } else if url.hasPrefix("mqtt://") {
            (isSecure, rest) = (false, url.dropFirst(7))
        } else {
            return nil
        }
        var host = rest.hasSuffix("/") ? rest.dropLast() : rest
        port = isSecure ? 8883 : 1883
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else {
                return nil
            }
            port = number
            host = host[..<colon]
        }
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        let isPlain = host.unicodeScalars.allSatisfy {
            $0.value > 0x20 && !"/?#@".unicodeScalars.contains($0)
        }
        guard !host.isEmpty, isPlain else { return nil }
        self.host = String(host)
        username = nil
        password = nil
        discoveryPrefix = "homeassistant"
    }
}
