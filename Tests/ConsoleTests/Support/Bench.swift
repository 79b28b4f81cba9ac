import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Platform
import TestSupport

@testable import Console

/// A console without sockets, and requests that come from wherever a test says.
struct Bench {
    let folder = TemporaryDirectory()
    let recorder: SampleRecorder
    let router: ConsoleRouter

    init(_ recorder: SampleRecorder = SampleRecorder()) {
        self.recorder = recorder
        router = ConsoleRouter(
            ConsoleConfiguration(listen: nil, stateFolder: folder.path, version: "1.2.3"),
            recorder: recorder)
    }

    /// Sends one request and returns the answer.
    func send(
        _ method: HTTPRequest.Method, _ path: String, from peer: ConsoleContext.Peer = .owner,
        headers: HTTPFields = [:], json: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let fields = headers
        let application = Application(responder: FromPeer(peer: peer, base: router.responder))
        return try await application.test(.router) { client in
            try await client.execute(
                uri: path, method: method, headers: fields,
                body: json.map { ByteBuffer(string: $0) })
        }
    }
}

extension TestResponse {
    /// The body as text.
    var text: String { String(buffer: body) }
}
