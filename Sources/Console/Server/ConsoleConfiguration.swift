/// Where a console listens and what it keeps.
public struct ConsoleConfiguration: Sendable {
    /// A host and a port to listen on.
    public struct Address: Hashable, Sendable {
        /// An address or a name: `127.0.0.1`, `::1`, `0.0.0.0`, `localhost`.
        public var host: String
        /// 0 lets the system choose.
        public var port: Int

        /// A host and a port.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// Whether and with what the network's connections are encrypted.
    public enum TLSMode: Hashable, Sendable {
        /// Not at all, or by a reverse proxy.
        case off
        /// With a certificate that the console makes for itself and keeps.
        case selfSigned
        /// With a certificate chain and its key, files in PEM.
        case files(certificate: String, key: String)
    }

    /// Where browsers connect; nil serves the Unix socket only.
    public var listen: Address?
    /// The folder of what the console itself keeps: accounts, sessions, its certificate.
    ///
    /// It is made, for its owner only, when something is first kept.
    public var stateFolder: String
    /// Names under which the console answers, besides the machine's own and every address.
    public var hostNames: [String] = []
    /// Reverse proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.
    public var trustedProxies: [AddressRange] = []
    /// Whether and with what connections are encrypted.
    public var tls = TLSMode.off
    /// Whether browsers are told never to come unencrypted again (RFC 6797); only with `files`.
    public var isStrict = false
    /// The program's version, as the session tells it.
    public var version: String
    /// What live pictures come from; nil has none.
    ///
    /// Closed by whoever made it, after the console.
    public var live: LiveHub?

    /// Where a console listens and what it keeps.
    public init(listen: Address?, stateFolder: String, version: String) {
        self.listen = listen
        self.stateFolder = stateFolder
        self.version = version
    }
}
