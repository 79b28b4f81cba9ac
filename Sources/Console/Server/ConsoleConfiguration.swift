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

    /// Where browsers connect; nil serves the Unix socket only.
    public var listen: Address?
    /// The folder of what the console itself keeps: accounts, sessions, its certificate.
    ///
    /// It is made, for its owner only, when something is first kept.
    public var stateFolder: String
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
