import Glibc
import Hummingbird
import Logging
import Platform
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
    private let configuration: ConsoleConfiguration
    private let router: ConsoleRouter
    private let logger: Logger
    private let onNote: @Sendable (ConsoleNote) -> Void
    private let listeners = Mutex(Listeners())

    private struct Listeners {
        var network: [Listener] = []
        var socket: (listener: Listener, path: String)?
    }

    /// Prepares a console; nothing listens yet.
    ///
    /// - Parameters:
    ///   - recorder: answers and obeys; see `RecorderReading`.
    ///   - onNote: called on any thread for what belongs in the log; it must not wait.
    public init(
        _ configuration: ConsoleConfiguration, recorder: any RecorderCommanding & RecorderReading,
        onNote: @escaping @Sendable (ConsoleNote) -> Void
    ) {
        self.configuration = configuration
        self.onNote = onNote
        logger = QuietLog.logger(onNote)
        router = ConsoleRouter(configuration, recorder: recorder)
    }

    /// The port that browsers connect to; nil while nothing listens on the network.
    public var port: Int? { listeners.withLock { $0.network.first?.port } }

    /// Begins to listen on the network, if that is wanted.
    ///
    /// - Throws: a sentence why not; the Unix socket can be opened all the same.
    public func start() throws(ConsoleError) {
        guard let address = configuration.listen else { return }
        let listener = try open(
            .hostname(address.host, port: address.port), named: "\(address.host):\(address.port)",
            responder: router.responder)
        listeners.withLock { $0.network = [listener] }
    }

    /// Begins to answer on a Unix socket, which has every right and asks for no login.
    ///
    /// Only the recorder's own user can open it. A socket that a crash left there is replaced. The path
    /// may be longer than the 107 bytes of an address; its folder must exist.
    ///
    /// - Throws: a sentence why not; everything else is as before.
    public func openSocket(_ path: String) throws(ConsoleError) {
        closeSocket()
        let address: SocketAddressPath
        do throws(SystemError) { address = try SocketAddressPath(path) } catch {
            throw ConsoleError("The control socket cannot be opened: \(error)")
        }
        let listener = try open(
            .unixDomainSocket(path: address.text), named: path,
            responder: FromPeer(peer: .owner, base: router.responder))
        if chmod(path, 0o600) != 0 {
            onNote(ConsoleNote(.failed, isWarning: true, "chmod \(path): errno \(errno)"))
        }
        listeners.withLock { $0.socket = (listener, path) }
    }

    /// Closes the Unix socket and its connections, so that its disk can be unmounted; returns within
    /// 2 s, and at once if it is not open.
    public func closeSocket() {
        let socket = listeners.withLock { listeners in
            defer { listeners.socket = nil }
            return listeners.socket
        }
        guard let socket else { return }
        close([socket.listener])
        unlink(socket.path)
    }

    /// Stops listening and ends every connection; returns within 2 s, streams open or not.
    public func stop() {
        let network = listeners.withLock { listeners in
            defer { listeners.network = [] }
            return listeners.network
        }
        close(network)
        closeSocket()
    }

    private func open(
        _ address: BindAddress, named name: String,
        responder: some HTTPResponder<ConsoleContext>
    ) throws(ConsoleError) -> Listener {
        let logger = logger
        let opened: Result<Listener, any Error>
        do throws(SystemError) {
            opened = try Waiting.value {
                do {
                    return .success(
                        try await Listener.open(
                            address, responder: responder, connections: Connections(),
                            logger: logger))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw ConsoleError("The console cannot listen on \(name): \(error)")
        }
        switch opened {
        case .success(let listener): return listener
        case .failure(let error):
            throw ConsoleError("The console cannot listen on \(name): \(error)")
        }
    }

    private func close(_ listeners: [Listener]) {
        // Without a descriptor for waiting the connections end all the same, a moment later.
        try? Waiting.value {
            await withTaskGroup { group in
                for listener in listeners { group.addTask { await listener.close() } }
            }
        }
    }
}
