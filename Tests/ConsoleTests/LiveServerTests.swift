import Console
import TestSupport
import Testing

/// Live streams over real sockets: the owner's, which asks for no login.
@Suite(.timeLimit(.minutes(1))) struct LiveServerTests {
    /// A console with a hub; the camera `front` is one of its recorder's.
    private final class Stage: Sendable {
        let hub: LiveHub
        let server: ConsoleServer
        let camera: LiveChannel
        private let folder = TemporaryDirectory()

        init() throws {
            hub = try LiveHub()
            camera = try #require(hub.channel(of: "front"))
            var configuration = ConsoleConfiguration(
                listen: nil, stateFolder: folder.path, version: "1")
            configuration.live = hub
            server = ConsoleServer(configuration, recorder: SampleRecorder()) { _ in }
            try server.openSocket(folder.file("control.sock"))
        }

        func client(_ path: String) throws -> Wire {
            let wire = try #require(Wire(path: folder.file("control.sock")))
            wire.get(path)
            return wire
        }

        func show(_ text: String, isKey: Bool = true) {
            Array(text.utf8).withUnsafeBytes { camera.append(fragment: $0, isKey: isKey) }
        }

        deinit {
            server.stop()
            hub.close()
        }
    }

    @Test func `a client is sent what the camera's thread hands over`() async throws {
        try await onThread {
            let stage = try Stage()
            let client = try stage.client("/api/v1/live?cameras=front")
            let start = client.read(until: "waiting")
            #expect(start.contains("200 OK"))
            #expect(start.contains("application/octet-stream"))
            #expect(start.contains("no-store"))
            #expect(stage.camera.isWatched)
            stage.camera.begin(header: Array("the header".utf8), codecs: "avc1.64001f")
            stage.show("a key frame")
            #expect(client.read(until: "a key frame").contains("the header"))
            let second = try stage.client("/api/v1/live?cameras=front")
            #expect(second.read(until: "a key frame").contains("the header"))
        }
    }

    @Test func `a client that leaves is noticed, and the console ends with streams open`()
        async throws
    {
        try await onThread {
            let stage = try Stage()
            var leaving: Wire? = try stage.client("/api/v1/live?cameras=front")
            #expect(leaving?.read(until: "waiting").contains("waiting") == true)
            leaving = nil
            #expect(eventually { !stage.camera.isWatched })
            let staying = try stage.client("/api/v1/live?cameras=front")
            _ = staying.read(until: "waiting")
            let stuck = try stage.client("/api/v1/live?cameras=front")
            _ = stuck.read(until: "waiting")
            for _ in 0..<100 { stage.show(String(repeating: "x", count: 50_000)) }
            stage.server.stop()
            #expect(staying.isClosed(within: 1))
            #expect(eventually { !stage.camera.isWatched })
        }
    }

    @Test(
        arguments: [
            ("/api/v1/live", "422"), ("/api/v1/live?cameras=", "422"),
            ("/api/v1/live?cameras=nobody", "404"),
            ("/api/v1/live?cameras=front,%2e%2e", "404"),
        ])
    func `a stream of no camera is refused in words`(path: String, status: String) async throws {
        try await onThread {
            let stage = try Stage()
            let answer = try stage.client(path).read(until: "}")
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
            #expect(answer.contains("application/problem+json"))
        }
    }
}
