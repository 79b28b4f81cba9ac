import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Platform
import ServiceLifecycle

/// One listening socket with its connections.
final class Listener: Sendable {
    /// How long requests may go on when a listener closes; streams end at once by themselves.
    static let patience = Duration.milliseconds(800)
    /// The longest time from the connection, or the last answer, to a whole header, and between
    /// the parts of a body.
    static let headerDeadline = TimeAmount.seconds(10)
    /// The most bytes of a header and of each of its fields.
    static let greatestHeader = 16 << 10

    /// The port that it listens on; nil for a Unix socket.
    let port: Int?
    private let group: ServiceGroup
    private let task: Task<Void, Never>
    private let connections: Connections

    private init(
        port: Int?, group: ServiceGroup, task: Task<Void, Never>, connections: Connections
    ) {
        self.port = port
        self.group = group
        self.task = task
        self.connections = connections
    }

    /// Begins to listen; returns when clients can connect.
    ///
    /// - Throws: `SystemError` with what the system said to the address.
    static func open(
        _ address: BindAddress, responder: some HTTPResponder<ConsoleContext>,
        tls: ServerTLS? = nil, connections: Connections, logger: Logger
    ) async throws(SystemError) -> Listener {
        do {
            return try await run(
                address, responder: responder, tls: tls, connections: connections, logger: logger)
        } catch {
            // NIO tells what the system said, and everything else is a mistake of ours.
            let code = (error as? IOError)?.errnoCode ?? EINVAL
            throw SystemError(call: "listen", subject: "\(address)", code: code)
        }
    }

    private static func run(
        _ address: BindAddress, responder: some HTTPResponder<ConsoleContext>, tls: ServerTLS?,
        connections: Connections, logger: Logger
    ) async throws -> Listener {
        let (running, isRunning) = AsyncThrowingStream<Int?, any Error>.makeStream()
        let application = Application(
            responder: responder,
            server: try server(tls, connections),
            configuration: ApplicationConfiguration(address: address),
            onServerRunning: { channel in
                isRunning.yield(channel.localAddress?.port)
                isRunning.finish()
            },
            logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application], logger: logger))
        let task = Task {
            do {
                try await group.run()
                isRunning.finish(throwing: CancellationError())
            } catch {
                isRunning.finish(throwing: error)
            }
        }
        for try await port in running {
            return Listener(port: port, group: group, task: task, connections: connections)
        }
        throw CancellationError()
    }

    private static func server(
        _ tls: ServerTLS?, _ connections: Connections
    ) throws -> HTTPServerBuilder {
        let plain = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionCounter(connections)],
                idleTimeout: headerDeadline,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: greatestHeader, maxHeaderListSize: greatestHeader,
                    maxHeaderFieldCount: 100)))
        guard let tls else { return plain }
        return try .tls(plain, tlsConfiguration: tls.configuration)
    }

    /// Closes the socket and ends every connection; returns within `patience` and a little.
    func close() async {
        await group.triggerGracefulShutdown()
        let connections = connections
        let ending = Task {
            try await Task.sleep(for: Self.patience)
            // Whoever neither reads nor leaves must not keep the recorder from ending.
            connections.endAll()
        }
        await task.value
        ending.cancel()
    }
}
