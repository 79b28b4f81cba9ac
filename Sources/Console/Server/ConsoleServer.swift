import Hummingbird
import Logging
public import Platform
import Synchronization

/// The web console and its API, on the network and on a Unix socket.
///
/// Its calls are made by one thread of the operating system, such as the supervisor's, and wait until
/// they are done; none may be made on a thread of the Swift pool. Requests are answered on the Swift
/// pool and on NIO's threads, whatever the calling thread does.
///
/// A new group of routes is a `RouteGroup` with a line in `ConsoleRouter`; what never ends is answered
/// by `Response.stream`.
public final class ConsoleServer: Sendable {
    /// What a person has to know when the console can be reached.
    public struct Start: Hashable, Sendable {
        /// Where it is: `http://127.0.0.1:8480/`.
        public var url: String
        /// Where the first password is set, within 15 minutes; nil once there is an account.
        public var setupLink: String?
        /// The SHA-256 of the certificate as browsers show it; nil without TLS.
        public var fingerprint: String?
        /// What else is to be said, such as that it listens to this machine only.
        public var remarks: [String]
    }

    private let network: NetworkListeners
    private let socket = Mutex<OwnerSocket?>(nil)
    private let router: ConsoleRouter
    private let logger: Logger

    /// Prepares a console; nothing listens yet.
    ///
    /// - Parameters:
    ///   - recorder: answers and obeys; see `RecorderReading`.
    ///   - clocks: when sessions, tokens and pauses end.
    ///   - onNote: called on any thread for what belongs in the log; it must not wait.
    public init(
        _ configuration: ConsoleConfiguration, recorder: any RecorderCommanding & RecorderReading,
        clocks: any Clocks = SystemClocks(), onNote: @escaping @Sendable (ConsoleNote) -> Void
    ) {
        let access = AccessControl(configuration, clocks: clocks, note: onNote)
        let setup = SetupSignal()
        logger = QuietLog.logger(onNote)
        router = ConsoleRouter(
            configuration, access: access, recorder: recorder, onSetup: { setup.call() })
        network = NetworkListeners(
            configuration, access: access, responder: router.responder, logger: logger)
        setup.receiver = network.widen
    }

    /// The port that browsers connect to; nil while nothing listens on the network.
    public var port: Int? { network.port }

    /// Begins to listen on the network; nil if that is not wanted.
    ///
    /// Without an account it listens to this machine only, whatever `listen` says, and to `listen` as
    /// soon as the first password is set.
    ///
    /// - Throws: a sentence why not; the Unix socket can be opened all the same.
    @discardableResult
    public func start() throws(ConsoleError) -> Start? { try network.start() }

    /// Begins to answer on a Unix socket, which has every right and asks for no login.
    ///
    /// Only the recorder's own user can open it. A socket that a crash left there is replaced. The path
    /// may be longer than the 107 bytes of an address; its folder must exist.
    ///
    /// - Throws: a sentence why not; nothing is open then.
    public func openSocket(_ path: String) throws(ConsoleError) {
        closeSocket()
        let opened = try OwnerSocket.open(path, responder: router.responder, logger: logger)
        socket.withLock { $0 = opened }
    }

    /// Closes the Unix socket and its connections, so that its disk can be unmounted; returns within
    /// 2 s, and at once if it is not open.
    public func closeSocket() {
        let open = socket.withLock { socket in
            defer { socket = nil }
            return socket
        }
        open?.close()
    }

    /// Stops listening and ends every connection; returns within 2 s, streams open or not.
    public func stop() {
        network.stop()
        closeSocket()
    }
}

/// Tells of the first password to whoever is known only after the router was made.
private final class SetupSignal: Sendable {
    private let state = Mutex<(@Sendable () -> Void)?>(nil)

    var receiver: (@Sendable () -> Void)? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func call() { receiver?() }
}
