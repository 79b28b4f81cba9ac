import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import Console

/// What an account that is limited to some cameras comes to: here to `front`, beside which there is
/// `cellar`.
struct CameraLimitTests {
    let recorder = TwoCameras()
    let bench: Bench

    init() { bench = Bench(recorder) }

    private func limited(_ role: Role) async throws -> HTTPFields {
        try await bench.token(role, cameras: ["front"])
    }

    @Test(arguments: [Role.viewer, .operator])
    func `no route of the API tells a limited account that there is another camera`(
        role: Role
    ) async throws {
        let headers = try await limited(role)
        let document = try JSONDecoder().decode(
            Paths.self, from: Data(APIDocument.text.utf8))
        let span = "from=2025-02-23T08:00:00Z&to=2025-02-23T10:00:00Z&log=DEBUG&cameras=front"
        let bodies = [
            #"{"recording":false,"from":"2025-02-23T08:00:00Z","to":"2025-02-23T10:00:00Z","#
                + #""cameras":["cellar"],"camera":"cellar"}"#,
            #"{"recording":false,"from":"2025-02-23T08:00:00Z","to":"2025-02-23T10:00:00Z","#
                + #""cameras":["front"],"camera":"front"}"#,
        ]
        var asked = 0
        for (path, methods) in document.paths {
            for method in methods.keys where HTTPRequest.Method(method.uppercased()) != nil {
                let items = path.contains("{") ? Self.items : [Self.items[0]]
                for (name, id) in items {
                    let url = path.replacing("{name}", with: name)
                        .replacing(/\{[a-z]+\}/, with: id)
                    for body in method == "get" ? [nil] : bodies.map(Optional.some) {
                        let answer = try await bench.send(
                            #require(HTTPRequest.Method(method.uppercased())), "\(url)?\(span)",
                            from: Bench.elsewhere, headers: headers, json: body)
                        asked += 1
                        // What asked for a camera by its name may be told that there is none of it.
                        let isNamed = url.contains("cellar") || body?.contains("cellar") == true
                        let isEcho = isNamed && answer.status == .notFound
                        #expect(
                            isEcho || !answer.text.contains("cellar"),
                            "\(method) \(url): \(answer.status) \(answer.text)")
                        if id != "1", path.contains("{"), answer.status.kind == .successful {
                            Issue.record("\(method) \(url) found what is another camera's")
                        }
                    }
                }
            }
        }
        #expect(asked > 100)
        let told = recorder.base.told.withLock { $0 }
        #expect(!told.contains { $0.contains("cellar") || $0.contains("all") })
    }

    /// What stands for `{name}` and `{id}`.
    private static let items = [("front", "1"), ("cellar", "2"), ("cellar", "3")]

    /// What of the document names its routes.
    private struct Paths: Decodable { var paths: [String: [String: Anything]] }
    private struct Anything: Decodable { init(from decoder: any Decoder) {} }

    @Test func `a camera that is another's is a camera that does not exist`() async throws {
        let headers = try await limited(.operator)
        func status(
            _ method: HTTPRequest.Method, _ path: String, json: String? = nil
        ) async throws -> HTTPResponse.Status {
            try await bench.send(
                method, path, from: Bench.elsewhere, headers: headers, json: json
            ).status
        }
        let span = "from=2025-02-23T08:00:00Z&to=2025-02-23T10:00:00Z"
        for path in [
            "cameras/cellar", "cameras/cellar/picture", "clips/2", "clips/2/video.mp4",
            "clips?camera=cellar", "timeline?camera=cellar&\(span)", "gaps?camera=cellar&\(span)",
            "coverage?camera=front&camera=cellar&\(span)", "exports/2/video.mp4",
            "exports/2/manifest.json", "log?camera=cellar", "log/file",
        ] {
            #expect(try await status(.get, "/api/v1/\(path)") == .notFound, "\(path)")
            let own = path.replacing("cellar", with: "front").replacing("/2", with: "/1")
            guard own != path else { continue }
            #expect(try await status(.get, "/api/v1/\(own)") == .ok, "\(own)")
        }
        let draft =
            #"{"camera":"cellar","cameras":["front","cellar"],"from":"2025-02-23T08:00:00Z","#
            + #""to":"2025-02-23T10:00:00Z","recording":false}"#
        for (method, path) in [
            (HTTPRequest.Method.put, "recording"), (.post, "protections"), (.post, "exports"),
            (.post, "exports/estimate"), (.delete, "protections/2"), (.delete, "protections/3"),
            (.delete, "exports/2"),
        ] {
            let json = method == .delete ? nil : draft
            #expect(try await status(method, "/api/v1/\(path)", json: json) == .notFound, "\(path)")
        }
        #expect(recorder.base.told.withLock { $0 } == [])
        #expect(try await status(.delete, "/api/v1/protections/1") == .noContent)
        #expect(try await status(.delete, "/api/v1/exports/1") == .noContent)
    }

    @Test func `stopping all stops the account's own cameras only`() async throws {
        let answer = try await bench.send(
            .put, "/api/v1/recording", from: Bench.elsewhere, headers: try await limited(.operator),
            json: #"{"recording":false}"#)
        #expect(answer.status == .ok)
        #expect(recorder.base.told.withLock { $0 } == ["recording false front"])
    }

    @Test func `the word for the state is that of the account's own cameras`() async throws {
        let answer = try await bench.send(
            .get, "/api/v1/status", from: Bench.elsewhere, headers: try await limited(.viewer))
        #expect(answer.text.contains(#""state":"recording""#))
        let health = try await bench.send(
            .get, "/api/v1/health", from: Bench.elsewhere, headers: try await limited(.viewer))
        #expect(health.status == .ok)
        #expect(try await bench.send(.get, "/api/v1/health").status == .serviceUnavailable)
    }

    @Test func `numbers for Prometheus are of the token's cameras`() async throws {
        let headers = try await limited(.viewer)
        for peer in [Bench.elsewhere, Bench.here] {
            let page = try await bench.send(.get, "/metrics", from: peer, headers: headers)
            #expect(page.text.contains(#"camera="front""#))
            #expect(!page.text.contains("cellar"))
        }
    }

    @Test func `a person is limited and set free again while logged in`() async throws {
        try await bench.addUser("anna", .admin)
        try await bench.addUser("bert", .viewer)
        let bert = try await bench.logIn("bert")
        func cameras() async throws -> [Bool] {
            let text = try await bench.send(
                .get, "/api/v1/cameras", from: Bench.here, headers: bert
            ).text
            return ["front", "cellar"].map { text.contains("\"\($0)\"") }
        }
        func change(_ json: String) async throws -> HTTPResponse.Status {
            try await bench.send(.patch, "/api/v1/users/bert", json: json).status
        }
        #expect(try await cameras() == [true, true])
        #expect(try await change(#"{"cameras":["front"]}"#) == .ok)
        #expect(try await cameras() == [true, false])
        #expect(try await change(#"{"role":"operator"}"#) == .ok)
        #expect(try await cameras() == [true, false])
        #expect(try await change(#"{"role":"admin"}"#) == .unprocessableContent)
        #expect(try await cameras() == [true, false])
        #expect(try await change(#"{"role":"admin","cameras":null}"#) == .ok)
        #expect(try await cameras() == [true, true])
    }

    @Test(arguments: [
        #"{"name":"x","role":"admin","cameras":["front"]}"#,
        #"{"name":"x","role":"viewer","cameras":[]}"#,
        #"{"name":"x","role":"viewer","cameras":["Front Door"]}"#,
        #"{"name":"x","role":"viewer","cameras":"front"}"#,
    ])
    func `a limit that cannot be right is refused`(body: String) async throws {
        let answer = try await bench.send(.post, "/api/v1/tokens", json: body)
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains(#""field":"cameras"#))
        #expect(bench.access.accounts.current.tokens.isEmpty)
    }

    @Test func `no group of routes has a recorder of its own`() {
        for group in ConsoleRouter.groups(
            ConsoleConfiguration(listen: nil, stateFolder: "", version: ""), bench.access,
            onSetup: {})
        {
            for child in Mirror(reflecting: group).children {
                #expect(!(child.value is any RecorderReading), "\(group)")
            }
        }
    }
}
