import Hummingbird
import NIOCore
import ServiceLifecycle

extension Response {
    /// An answer without end: it goes on until its source ends, the client leaves or the server stops.
    ///
    /// - Parameters:
    ///   - open: called when the answer begins; returns what is sent, piece by piece, and what ends
    ///     it. `leave` is called at least once, from any thread, and must make the pieces end at once;
    ///     a source that says nothing would otherwise never notice that its client is gone. HEAD calls
    ///     neither.
    static func stream<Pieces: AsyncSequence & Sendable>(
        _ mediaType: String, to request: Request,
        open: @escaping @Sendable () -> (pieces: Pieces, leave: @Sendable () -> Void)
    ) -> Response where Pieces.Element == ByteBuffer {
        let body = request.body
        return Response(
            status: .ok,
            headers: [.contentType: mediaType, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let (pieces, leave) = open()
                defer { leave() }
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
