import Hummingbird
import NIOCore

/// What is known of a request besides what it says: where it came from and who asks.
struct ConsoleContext: RequestContext {
    /// Where a request came from.
    enum Peer: Hashable, Sendable {
        /// Through the Unix socket, which only the recorder's own user can open.
        case owner
        /// Through the network.
        case network(address: String, isLoopback: Bool)
    }

    var coreContext: CoreRequestContextStorage
    /// The connection.
    let channel: any Channel
    var peer: Peer
    /// Who asks; known after `CallerCheck`.
    var caller = Caller.nobody
    /// Whether the browser's connection is encrypted.
    var isSecure = false
    /// Whether who asked is still who they were and may still do what they might.
    var isStillAllowed: @Sendable () -> Bool = { true }

    /// Whether the request was made on the recorder's own machine.
    var isFromHere: Bool {
        switch peer {
        case .owner: true
        case .network(_, let isLoopback): isLoopback
        }
    }

    /// Where the request came from, for the log.
    var place: String {
        switch peer {
        case .owner: "the control socket"
        case .network(let address, _): address
        }
    }

    /// The most bytes of a request's body.
    var maxUploadSize: Int { 1 << 20 }

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        peer = Self.peer(source.channel.remoteAddress)
    }

    private static func peer(_ address: SocketAddress?) -> Peer {
        guard let address, let text = address.ipAddress else {
            return .network(address: "", isLoopback: false)
        }
        return .network(address: text, isLoopback: AddressRange.isLoopback(text))
    }
}

/// Answers as if every request came from one place: the Unix socket's, and those of tests.
struct FromPeer<Base: HTTPResponder<ConsoleContext>>: HTTPResponder {
    let peer: ConsoleContext.Peer
    let base: Base

    func respond(to request: Request, context: ConsoleContext) async throws -> Response {
        var context = context
        context.peer = peer
        return try await base.respond(to: request, context: context)
    }
}
