import HTTPTypes
import HummingbirdTesting
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Console

/// What somebody without an account, or with too little of one, comes to.
struct StrangerTests {
    let bench = Bench()

    @Test func `a stranger finds no door but the way in`() async throws {
        try await bench.addUser("anna", .admin)
        var open: Set<String> = []
        for record in bench.router.records {
            guard record.access != .open else {
                open.insert(record.path)
                continue
            }
            let path = record.path.replacing(/\{[a-z]+\}/, with: "7")
            let answer = try await bench.send(
                record.method, path, from: Bench.elsewhere, headers: Bench.ownPage)
            #expect(answer.status == .unauthorized, "\(record.method) \(record.path)")
        }
        let assets = Set(WebAsset.all.map { "/assets/" + $0.path })
        #expect(
            open.subtracting(WebRoutes.pages).subtracting(["/metrics"]).subtracting(assets) == [
                "/healthz", "/readyz", "/api/v1/openapi.json", "/api/v1/session", "/api/v1/setup",
                "/api/v1/login",
                "/api/v1/logout",
            ])
    }

    @Test func `a stranger learns nothing of the recorder from the session`() async throws {
        let before = try await bench.send(.get, "/api/v1/session", from: Bench.elsewhere)
        #expect(before.text == #"{"state":"setup"}"#)
        try await bench.addUser("anna", .admin)
        let after = try await bench.send(.get, "/api/v1/session", from: Bench.elsewhere)
        #expect(after.text == #"{"state":"login"}"#)
    }

    @Test(arguments: [Role.viewer, .operator])
    func `whoever has a smaller role is refused what needs a greater one`(role: Role) async throws {
        let headers = try await bench.token(role)
        for record in bench.router.records {
            guard case .role(let wanted) = record.access, wanted > role else { continue }
            let path = record.path.replacing(/\{[a-z]+\}/, with: "7")
            let answer = try await bench.send(
                record.method, path, from: Bench.elsewhere, headers: headers)
            #expect(answer.status == .forbidden, "\(record.method) \(record.path)")
        }
        #expect(bench.recorder.told.withLock { $0 } == [])
    }

    @Test func `a viewer is not told how a camera is reached`() async throws {
        let headers = try await bench.token(.viewer)
        let answer = try await bench.send(
            .get, "/api/v1/cameras", from: Bench.elsewhere, headers: headers)
        #expect(answer.status == .ok)
        #expect(!answer.text.contains("username"))
    }

    @Test
    func `every answer forbids frames, sniffing and foreign scripts, and allows no other site`()
        async throws
    {
        for path in ["/", "/api/v1/status", "/api/v1/nothing", "/healthz"] {
            for peer in [ConsoleContext.Peer.owner, Bench.elsewhere] {
                let headers = try await bench.send(.get, path, from: peer).headers
                let policy = headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'self'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers.contains { $0.name.canonicalName == "referrer-policy" })
                #expect(
                    headers.contains { $0.name.canonicalName == "cross-origin-resource-policy" })
                #expect(!headers.contains { $0.name.canonicalName.hasPrefix("access-control") })
            }
        }
    }

    @Test func `browsers are bound to encryption only where somebody wanted it`() async throws {
        let wanted = Bench { $0.isStrict = true }
        let field = HTTPField.Name.strictTransportSecurity
        #expect(try await wanted.send(.get, "/").headers[field] == "max-age=31536000")
        #expect(try await bench.send(.get, "/").headers[field] == nil)
    }

    @Test func `asking changes nothing, and no route lets another site read its answer`()
        async throws
    {
        let headers = try await bench.token(.admin)
        let before = bench.access.accounts.current
        var fields = headers
        fields[.origin] = "http://evil.example"
        for record in bench.router.records where !record.path.hasPrefix("/assets/") {
            let path = record.path.replacing(/\{[a-z]+\}/, with: "7")
            for method in [HTTPRequest.Method.get, .head, .options] {
                // Streams have no end.
                guard method == .options || !path.hasSuffix("/events") else { continue }
                let answer = try await bench.send(
                    method, path, from: Bench.elsewhere, headers: fields)
                #expect(
                    !answer.headers.contains { $0.name.canonicalName.hasPrefix("access-control") },
                    "\(method) \(path)")
            }
        }
        #expect(bench.recorder.told.withLock { $0 } == [])
        #expect(bench.access.accounts.current == before)
    }

    @Test func `a token opens what its role may until it is revoked`() async throws {
        let headers = try await bench.token(.viewer)
        func status() async throws -> HTTPResponse.Status {
            try await bench.send(
                .get, "/api/v1/status", from: Bench.elsewhere, headers: headers
            ).status
        }
        #expect(try await status() == .ok)
        let id = try #require(bench.access.accounts.current.tokens.first?.id)
        #expect(try await bench.send(.delete, "/api/v1/tokens/\(id)").status == .noContent)
        #expect(try await status() == .unauthorized)
    }

    @Test func `what is kept opens nothing`() async throws {
        try await bench.addUser("anna", .admin)
        let headers = try await bench.token(.admin)
        let kept = String(
            decoding: try WholeFile.read(bench.folder.file("console/accounts.json")), as: UTF8.self)
        #expect(kept.contains("$y$"))
        #expect(!kept.contains(Bench.password))
        let token = headers[.authorization]?.split(separator: " ").last ?? ""
        #expect(!kept.contains(token))
        let digest = Secret.digest(String(token))
        #expect(kept.contains(digest))
        let answer = try await bench.send(
            .get, "/api/v1/status", from: Bench.elsewhere,
            headers: [.authorization: "Bearer \(digest)"])
        #expect(answer.status == .unauthorized)
    }
}
