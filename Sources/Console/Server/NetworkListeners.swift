import Hummingbird
import Logging
import Platform
import Synchronization

/// The sockets on which browsers connect.
final class NetworkListeners: Sendable {
    private struct State {
        var listeners: [Listener] = []
        /// Whether only this machine is listened to until there is an account.
        var isNarrow = false
        var isStopped = false
    }

    private let configuration: ConsoleConfiguration
    private let access: AccessControl
    private let responder: RouterResponder<ConsoleContext>
    private let logger: Logger
    private let state = Mutex(State())
    private let tls = Mutex<ServerTLS?>(nil)

    init(
        _ configuration: ConsoleConfiguration, access: AccessControl,
        responder: RouterResponder<ConsoleContext>, logger: Logger
    ) {
        self.configuration = configuration
        self.access = access
        self.responder = responder
        self.logger = logger
    }

    var port: Int? { state.withLock { $0.listeners.first?.port } }

    /// Begins to listen; called on a thread of the operating system.
    func start() throws(ConsoleError) -> ConsoleServer.Start? {
        guard let wanted = configuration.listen else { return nil }
        if let failure = access.accounts.failure { throw failure }
        let isNarrow = access.needsSetup && !Self.isLoopback(wanted.host)
        let address = isNarrow ? .init(host: "127.0.0.1", port: wanted.port) : wanted
        let tls = try ServerTLS.load(
            configuration.tls, folder: configuration.stateFolder,
            names: ["localhost", "127.0.0.1", "::1"] + access.names.sorted(),
            now: access.clocks.wall)
        self.tls.withLock { $0 = tls }
        let opened: Result<[Listener], SystemError>
        do throws(SystemError) {
            opened = try Waiting.value { [self] in await open(address) }
        } catch { opened = .failure(error) }
        switch opened {
        case .failure(let error): throw Self.refusal(address, error)
        case .success(let listeners):
            state.withLock { $0 = State(listeners: listeners, isNarrow: isNarrow) }
        }
        return describe(address, wanted, isNarrow, tls)
    }

    /// Stops listening; called on a thread of the operating system.
    func stop() {
        let listeners = state.withLock { state in
            defer { state = State(isStopped: true) }
            return state.listeners
        }
        Listener.closeBlocking(listeners)
    }

    /// Listens where it was told to, now that there is an account.
    @Sendable func widen() {
        // Detached: the task of the request that set the password ends with the listener it came by.
        Task.detached { [self] in
            guard let wanted = configuration.listen else { return }
            let narrow = state.withLock { state -> [Listener] in
                guard state.isNarrow else { return [] }
                defer {
                    state.listeners = []
                    state.isNarrow = false
                }
                return state.listeners
            }
            guard let port = narrow.first?.port else { return }
            await Listener.closeAll(narrow)
            switch await open(.init(host: wanted.host, port: port)) {
            case .success(let listeners):
                let isStopped = state.withLock { state in
                    if !state.isStopped { state.listeners = listeners }
                    return state.isStopped
                }
                if isStopped { return await Listener.closeAll(listeners) }
                access.note(
                    ConsoleNote(.listening, "The console listens on \(wanted.host):\(port)"))
            case .failure(let error):
                access.note(
                    ConsoleNote(.failed, isWarning: true, Self.refusal(wanted, error).description))
            }
        }
    }

    /// Opens an address; of this machine, both of its kinds.
    private func open(_ address: ConsoleConfiguration.Address) async -> Result<
        [Listener], SystemError
    > {
        let connections = Connections()
        let tls = tls.withLock { $0 }
        let isPlainLoopback = ["127.0.0.1", "localhost"].contains(address.host)
        do throws(SystemError) {
            let first = try await Listener.open(
                .hostname(isPlainLoopback ? "127.0.0.1" : address.host, port: address.port),
                responder: responder, tls: tls, connections: connections, logger: logger)
            guard isPlainLoopback else { return .success([first]) }
            // A machine may have no IPv6, and then nobody misses it.
            let second = try? await Listener.open(
                .hostname("::1", port: first.port ?? address.port), responder: responder, tls: tls,
                connections: connections, logger: logger)
            return .success([first] + (second.map { [$0] } ?? []))
        } catch {
            return .failure(error)
        }
    }

    private func describe(
        _ address: ConsoleConfiguration.Address, _ wanted: ConsoleConfiguration.Address,
        _ isNarrow: Bool, _ tls: ServerTLS?
    ) -> ConsoleServer.Start {
        let host = ["0.0.0.0", "::"].contains(address.host) ? "localhost" : address.host
        let name = host.contains(":") ? "[\(host)]" : host
        let url = "\(tls == nil ? "http" : "https")://\(name):\(port ?? address.port)/"
        var start = ConsoleServer.Start(
            url: url, setupLink: nil, fingerprint: tls?.fingerprint, remarks: [])
        if isNarrow {
            start.remarks.append(
                "The console listens to this machine only until a password is set, and to "
                    + "\(wanted.host):\(wanted.port) from then on.")
        }
        if tls == nil, !Self.isLoopback(wanted.host), configuration.trustedProxies.isEmpty {
            start.remarks.append(
                "Passwords and pictures go through the network unencrypted; set TLS to self-signed, "
                    + "or put a proxy in front.")
        }
        if access.needsSetup {
            do throws(SystemError) {
                start.setupLink = url + "setup#token=" + (try access.setup.renew())
            } catch {
                start.remarks.append("The first password cannot be set: \(error)")
            }
        }
        return start
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || AddressRange.isLoopback(host)
    }

    private static func refusal(
        _ address: ConsoleConfiguration.Address, _ error: SystemError
    ) -> ConsoleError {
        ConsoleError(
            "The console cannot listen on \(address.host):\(address.port): \(error.reason). "
                + "Set LISTEN to another address, or end what uses this one.")
    }
}
