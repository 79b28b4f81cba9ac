import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Console

/// What comes over real sockets from pages of other sites, from scanners and from clients that ask
/// for what is not theirs.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SocketTests {
    /// A console with an administrator, `anna`, who is logged in.
    ///
    /// - Parameter hasPassword: whether anna has one, which takes a moment to hash.
    private func withAnna(
        hasPassword: Bool = false,
        _ body: @escaping @Sendable (WebClient, SampleRecorder) throws -> Void
    ) async throws {
        try await onThread {
            let recorder = SampleRecorder()
            let console = try RunningConsole(recorder, hasUser: !hasPassword)
            let start = try #require(try console.server.start())
            defer { console.server.stop() }
            var client = WebClient(port: try #require(console.server.port))
            client.cookie = RunningConsole.cookie
            if hasPassword { client.setUp(link: start.setupLink) }
            try #require(client.cookie != nil)
            try body(client, recorder)
        }
    }

    @Test func `a browser changes something only from a page of the console`() async throws {
        try await withAnna { client, recorder in
            func reload(_ headers: [String?]) -> Int {
                client.ask("POST", "/api/v1/reload", headers: headers.compactMap(\.self)).status
            }
            let own = "Origin: \(client.origin)"
            for origin in [
                nil, "Origin: null", "Origin: http://evil.example", "Origin: https://localhost",
                "Origin: http://localhost", "Origin: http://localhost:1",
                "Origin: \(client.origin).evil.example", "Origin: http://127.0.0.1:\(client.port)",
            ] {
                #expect(reload([origin]) == 403, "\(origin ?? "no origin")")
            }
            for site in ["cross-site", "same-site"] {
                #expect(reload([own, "Sec-Fetch-Site: \(site)"]) == 403)
            }
            #expect(recorder.told.withLock { $0 } == [])
            for site in [nil, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"] {
                #expect(reload([own, site]) == 204)
            }
            #expect(recorder.told.withLock { $0.count } == 3)
        }
    }

    @Test func `a body that is not said to be JSON is no request`() async throws {
        try await withAnna { client, recorder in
            func stop(_ type: String) -> Int {
                client.ask(
                    "PUT", "/api/v1/recording",
                    headers: ["Origin: \(client.origin)", "Content-Type: \(type)"],
                    json: #"{"recording":false}"#
                ).status
            }
            for type in [
                "text/plain", "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonp", "text/json", "application/json+evil", "",
                "a, application/json",
            ] {
                #expect(stop(type) == 415, "\(type)")
            }
            #expect(recorder.told.withLock { $0 } == [])
            for type in ["application/json", "application/json; charset=utf-8", "Application/JSON"]
            {
                #expect(stop(type) == 200, "\(type)")
            }
        }
    }

    @Test func `a name that is not the recorder's is answered with 421 on every path`()
        async throws
    {
        try await withAnna { client, _ in
            for host in [
                "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil", "",
            ] {
                for path in ["/", "/api/v1/status", "/api/v1/session", "/healthz", "/metrics"] {
                    let answer = client.ask("GET", path, host: host)
                    #expect([400, 421].contains(answer.status), "\(host) \(path)")
                    #expect(!answer.contains("camera"))
                }
            }
            let none = client.raw("GET /api/v1/session HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect([400, 421].contains(none.status))
            for host in ["localhost", "127.0.0.1", "[::1]", "192.0.2.7"] {
                #expect(client.ask("GET", "/healthz", host: host).status == 200, "\(host)")
            }
        }
    }

    @Test func `no answer lets a page of another site read it`() async throws {
        try await withAnna { client, _ in
            for path in ["/", "/api/v1/status", "/api/v1/openapi.json", "/healthz", "/nothing"] {
                for method in ["GET", "HEAD", "OPTIONS", "POST"] {
                    let answer = client.ask(
                        method, path,
                        headers: [
                            "Origin: http://evil.example", "Access-Control-Request-Method: PUT",
                            "Access-Control-Request-Headers: authorization",
                        ])
                    #expect(answer.status != 0)
                    #expect(!answer.lowercased().contains("access-control-allow"))
                    #expect(answer.lowercased().contains("x-content-type-options: nosniff"))
                }
            }
        }
    }

    @Test func `no path leads out of what is served`() async throws {
        try await withAnna { client, _ in
            let secrets = ["root:", "$y$", "\"digest\""]
            for path in [
                "/../accounts.json", "/assets/../accounts.json", "/assets/%2e%2e/accounts.json",
                "/assets/..%2f..%2f..%2fetc%2fpasswd", "/assets/....//....//etc/passwd",
                "//etc/passwd", "/assets//etc/passwd", "/assets/..\\..\\etc\\passwd",
                "/api/v1/clips/../../../../etc/passwd/video.mp4", "/assets/js/../../../etc/passwd",
                "/api/v1/clips/..%2f..%2fetc%2fpasswd/video.mp4", "/api/v1/clips/%00/video.mp4",
                "/api/v1/clips/1%00.mp4/video.mp4", "/api/v1/exports/-1/manifest.json",
                "/api/v1/exports/9999999999999999999999/manifest.json", "/api/v1/clips/+7",
                "/api/v1/clips/0x7", "file:///etc/passwd", "/.cctv/control.sock",
            ] {
                let answer = client.ask("GET", path)
                #expect((400...499).contains(answer.status) || answer.isEmpty, "\(path)")
                #expect(!secrets.contains { answer.contains($0) }, "\(path)")
            }
        }
    }

    @Test func `what no client sends is refused and costs nobody else anything`() async throws {
        try await withAnna { client, _ in
            for text in [
                "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n\r\n",
                "GET /\u{1} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\u{0}b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX : b\r\n\r\n",
                "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                    + "Content-Length: 2\r\n\r\nab",
                "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
            ] {
                let wire = try #require(Wire(port: client.port))
                wire.send(text)
                let answer = wire.read(until: "\r\n\r\n", within: 3)
                #expect(!answer.contains("HTTP/1.1 200"), "\(text)")
                #expect(!answer.contains("HTTP/1.1 5"), "\(text): \(answer)")
                #expect(client.ask("GET", "/healthz").status == 200)
            }
        }
    }

    @Test func `there is no password that somebody could know beforehand`() async throws {
        try await onThread {
            let console = try RunningConsole(hasUser: false)
            let start = try #require(try console.server.start())
            defer { console.server.stop() }
            var client = WebClient(port: try #require(console.server.port))
            let usual = [
                ("admin", "admin"), ("admin", ""), ("root", "12345678"), ("cctv", "cctv"),
            ]
            for isSetUp in [false, true] {
                if isSetUp { client.setUp(link: start.setupLink) }
                for (user, password) in usual {
                    client.cookie = nil
                    client.logIn(user, password)
                    #expect(client.cookie == nil, "\(user) \(password)")
                }
                for password in ["", "admin"] {
                    client.logIn("anna", password)
                    #expect(client.cookie == nil)
                }
            }
        }
    }

    @Test func `guessing passwords over the network soon has to wait`() async throws {
        try await withAnna { client, _ in
            func guess(_ user: String) -> String {
                client.ask(
                    "POST", "/api/v1/login", headers: ["Origin: \(client.origin)"],
                    json: #"{"user":"\#(user)","password":"guessed it"}"#)
            }
            let answers = (0..<6).map { _ in guess("anna") }
            #expect(answers.prefix(5).allSatisfy { $0.status == 401 })
            #expect(answers.last?.status == 429)
            #expect(answers.last?.lowercased().contains("retry-after: ") == true)
            // An unknown user is told the same in the same words.
            let body = { (answer: String) in answer.split(separator: "\r\n\r\n").last }
            #expect(body(guess("nobody")) == body(answers[0]))
        }
    }

    @Test func `a login, a logout and a new password each end what was before`() async throws {
        try await withAnna(hasPassword: true) { client, _ in
            func status(_ client: WebClient) -> Int { client.ask("GET", "/api/v1/status").status }
            var next = client
            next.logIn()
            #expect(next.cookie != client.cookie)
            #expect((status(client), status(next)) == (401, 200))
            var other = WebClient(port: client.port)
            other.logIn()
            let own = ["Origin: \(client.origin)"]
            let change = next.ask(
                "PUT", "/api/v1/session/password", headers: own,
                json: #"{"old":"\#(Bench.password)","new":"another password"}"#)
            #expect(change.status == 204)
            #expect((status(next), status(other)) == (401, 401))
            next.cookie = nil
            next.logIn("anna", "another password")
            #expect(status(next) == 200)
            #expect(next.ask("POST", "/api/v1/logout", headers: own).status == 204)
            #expect(status(next) == 401)
        }
    }

    @Test func `whoever logs out sees and hears nothing more of what they were watching`()
        async throws
    {
        try await withAnna { client, recorder in
            let stream = try #require(Wire(port: client.port))
            stream.get("/api/v1/events?log=INFO", headers: "Cookie: \(client.cookie ?? "")\r\n")
            #expect(stream.read(until: "event: status").contains("200 OK"))
            #expect(recorder.watcherCount == 1)
            let out = client.ask("POST", "/api/v1/logout", headers: ["Origin: \(client.origin)"])
            #expect(out.status == 204)
            #expect(eventually { recorder.watcherCount == 0 })
            recorder.tell(.status(.sample()))
            #expect(!stream.read(until: "event: status", within: 1).contains("event: status"))
        }
    }
}
