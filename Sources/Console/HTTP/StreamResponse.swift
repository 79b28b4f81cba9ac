import Hummingbird
import NIOCore
import ServiceLifecycle

extension Response {
    /// How often it is asked whether who listens may still do so.
    private static let recheck = Duration.seconds(2)

    /// An answer without end: it goes on until its source ends, the client leaves, the server stops, or
    /// who asked has logged out or lost a right.
    ///
    /// - Parameters:
    ///   - open: called when the answer begins; returns what is sent, piece by piece, and what ends
    ///     it. `leave` is called at least once, from any thread, and must make the pieces end at once;
    ///     a source that says nothing would otherwise never notice that its client is gone. HEAD calls
    ///     neither.
    static func stream<Pieces: AsyncSequence & Sendable>(
        _ mediaType: String, to request: Request, in context: ConsoleContext,
        open: @escaping @Sendable () -> (pieces: Pieces, leave: @Sendable () -> Void)
    ) -> Response where Pieces.Element == ByteBuffer {
        let (body, isStillAllowed) = (request.body, context.isStillAllowed)
        return Response(
            status: .ok,
            headers: [.contentType: mediaType, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let (pieces, leave) = open()
                let watch = Task {
                    while isStillAllowed() { try await Task.sleep(for: recheck) }
                    leave()
                }
                defer {
                    watch.cancel()
                    leave()
                }
                try await body.consumeWithInboundCloseHandler { _ in
                    try await withGracefulShutdownHandler {
                        for try await piece in pieces { try await writer.write(piece) }
                    } onGracefulShutdown: {
                        leave()
                    }
                } onInboundClosed: {
                    leave()
                }
                try await writer.finish(nil)
            })
    }
}
