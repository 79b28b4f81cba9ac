import Glibc
import Hummingbird
import Logging
import Platform

/// For threads of the operating system.
extension Listener {
    /// Opens a listener and waits until clients can connect.
    ///
    /// - Throws: `SystemError` naming the address.
    static func openBlocking(
        _ address: BindAddress, responder: some HTTPResponder<ConsoleContext>,
        tls: ServerTLS? = nil, connections: Connections, logger: Logger
    ) throws(SystemError) -> Listener {
        try Waiting.value {
            await Result.make { () throws(SystemError) in
                try await open(
                    address, responder: responder, tls: tls, connections: connections,
                    logger: logger)
            }
        }.get()
    }

    /// Closes listeners and waits until their connections have ended.
    static func closeBlocking(_ listeners: [Listener]) {
        // Without a descriptor for waiting they end all the same, a moment later.
        try? Waiting.value { await closeAll(listeners) }
    }

    /// Closes listeners at the same time.
    static func closeAll(_ listeners: [Listener]) async {
        await withTaskGroup { group in
            for listener in listeners { group.addTask { await listener.close() } }
        }
    }
}

extension Result where Success: Sendable {
    /// The outcome of asynchronous work.
    fileprivate static func make(
        _ work: () async throws(Failure) -> Success
    ) async -> Result {
        do throws(Failure) { return .success(try await work()) } catch { return .failure(error) }
    }
}
