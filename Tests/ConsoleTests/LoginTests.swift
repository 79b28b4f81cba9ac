import Glibc
import HTTPTypes
import HummingbirdTesting
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Console

/// The first password, logging in, and what a session is worth.
struct LoginTests {
    let bench = Bench()

    private func setUp(
        _ token: String, from peer: ConsoleContext.Peer = Bench.here
    ) async throws -> TestResponse {
        try await bench.send(
            .post, "/api/v1/setup", from: peer, headers: Bench.ownPage,
            json: #"{"token":"\#(token)","user":"anna","password":"\#(Bench.password)"}"#)
    }

    private func status(_ headers: HTTPFields) async throws -> HTTPResponse.Status {
        try await bench.send(.get, "/api/v1/status", from: Bench.here, headers: headers).status
    }

    @Test func `the first password is set once, here, in time and with the token`() async throws {
        let token = try bench.access.setup.renew()
        var facts = stat()
        #expect(stat(bench.folder.file("console/setup-token"), &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        #expect(try await setUp(token, from: Bench.elsewhere).status == .forbidden)
        #expect(try await setUp("guessed").status == .forbidden)
        bench.clocks.advance(by: .seconds(901))
        #expect(try await setUp(token).status == .forbidden)
        let second = try bench.access.setup.renew()
        #expect(try await setUp(token).status == .forbidden)
        let answer = try await setUp(second)
        #expect(answer.status == .noContent)
        #expect(try await status(Bench.cookie(answer)) == .ok)
        #expect(stat(bench.folder.file("console/setup-token"), &facts) != 0)
        #expect(stat(bench.folder.file("console/accounts.json"), &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        #expect(try await setUp(second).status == .conflict)
    }

    @Test func `a wrong password and an unknown user are the same to whoever tries`() async throws {
        try await bench.addUser("anna", .admin)
        var answers: [String] = []
        for user in ["anna", "nobody"] {
            let answer = try await bench.send(
                .post, "/api/v1/login", from: Bench.elsewhere,
                json: #"{"user":"\#(user)","password":"wrong password"}"#)
            #expect(answer.status == .unauthorized)
            answers.append(answer.text)
        }
        #expect(answers[0] == answers[1])
    }

    @Test func `whoever guesses waits longer and longer, and nobody else does`() async throws {
        try await bench.addUser("anna", .admin)
        func guess() async throws -> HTTPResponse.Status {
            try await bench.send(
                .post, "/api/v1/login", from: Bench.elsewhere,
                json: #"{"user":"anna","password":"wrong password"}"#
            ).status
        }
        for _ in 0..<5 { #expect(try await guess() == .unauthorized) }
        let refused = try await bench.send(
            .post, "/api/v1/login", from: Bench.elsewhere,
            json: #"{"user":"anna","password":"\#(Bench.password)"}"#)
        #expect(refused.status == .tooManyRequests)
        #expect(refused.headers[.retryAfter] == "1")
        bench.clocks.advance(by: .seconds(1))
        #expect(try await guess() == .unauthorized)
        bench.clocks.advance(by: .seconds(1))
        #expect(try await guess() == .tooManyRequests)
        _ = try await bench.logIn("anna")
        let warnings = bench.notes.list.withLock { $0 }.filter(\.isWarning)
        #expect(warnings.map(\.event) == [.refused])
    }

    @Test func `many guesses at once are no more than one after the other`() {
        var tries = LoginGuard()
        let now = bench.clocks.monotonic
        let allowed = (0..<100).filter { _ in
            tries.begin(user: "anna", address: "203.0.113.9", at: now) == nil
        }
        #expect(allowed.count == LoginGuard.freeTries)
    }

    @Test func `many names from one address are stopped too`() {
        var tries = LoginGuard()
        let now = bench.clocks.monotonic
        let allowed = (0..<100).filter {
            tries.begin(user: "user\($0)", address: "203.0.113.9", at: now) == nil
        }
        #expect(allowed.count == 4 * LoginGuard.freeTries)
    }

    @Test func `no script and no other site gets at the cookie`() {
        #expect(
            SessionCookie.field("v", isSecure: true)
                == "__Host-sid=v; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure")
        #expect(
            SessionCookie.field("v", isSecure: false)
                == "sid=v; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict")
    }

    @Test func `a session ends by itself after twelve idle hours and after thirty days`()
        async throws
    {
        try await bench.addUser("anna", .admin)
        let idle = try await bench.logIn("anna")
        bench.clocks.advance(by: Sessions.idle + .seconds(1))
        #expect(try await status(idle) == .unauthorized)
        let busy = try await bench.logIn("anna")
        var answers: [HTTPResponse.Status] = []
        for _ in 0..<62 {
            bench.clocks.advance(by: Sessions.idle)
            answers.append(try await status(busy))
        }
        #expect(answers.prefix(60).allSatisfy { $0 == .ok })
        #expect(answers.last == .unauthorized)
    }

    @Test func `a cookie from before the login is worth nothing after it`() async throws {
        try await bench.addUser("anna", .admin)
        let planted = try await bench.logIn("anna")
        let answer = try await bench.send(
            .post, "/api/v1/login", from: Bench.here, headers: planted,
            json: #"{"user":"anna","password":"\#(Bench.password)"}"#)
        #expect(try await status(Bench.cookie(answer)) == .ok)
        #expect(try await status(planted) == .unauthorized)
    }

    @Test func `a new password ends every session but the one that set it`() async throws {
        try await bench.addUser("anna", .admin)
        let other = try await bench.logIn("anna")
        let own = try await bench.logIn("anna")
        let answer = try await bench.send(
            .put, "/api/v1/session/password", from: Bench.here, headers: own,
            json: #"{"old":"\#(Bench.password)","new":"another password"}"#)
        #expect(answer.status == .noContent)
        #expect(try await status(Bench.cookie(answer)) == .ok)
        #expect(try await status(own) == .unauthorized)
        #expect(try await status(other) == .unauthorized)
        _ = try await bench.logIn("anna", password: "another password")
    }

    @Test func `a role that is taken away and a user who is deleted are so at once`() async throws {
        try await bench.addUser("anna", .admin)
        try await bench.addUser("bert", .admin)
        let bert = try await bench.logIn("bert")
        func settings() async throws -> HTTPResponse.Status {
            try await bench.send(.get, "/api/v1/settings", from: Bench.here, headers: bert).status
        }
        #expect(try await settings() == .ok)
        _ = try await bench.send(.patch, "/api/v1/users/bert", json: #"{"role":"viewer"}"#)
        #expect(try await settings() == .forbidden)
        _ = try await bench.send(.delete, "/api/v1/users/bert")
        #expect(try await settings() == .unauthorized)
    }

    @Test func `the last administrator can be neither removed nor demoted`() async throws {
        try await bench.addUser("anna", .admin)
        try await bench.addUser("bert", .viewer)
        #expect(try await bench.send(.delete, "/api/v1/users/anna").status == .conflict)
        let answer = try await bench.send(
            .patch, "/api/v1/users/anna", json: #"{"role":"operator"}"#)
        #expect(answer.status == .conflict)
    }

    @Test(arguments: [
        #"{"name":"","role":"viewer","password":"long enough"}"#,
        #"{"name":"a/b","role":"viewer","password":"long enough"}"#,
        #"{"name":"bert","role":"king","password":"long enough"}"#,
        #"{"name":"bert","role":"viewer","password":"short"}"#,
        #"{"name":"bert","role":"viewer","password":"nul\u0000character"}"#,
    ])
    func `an account that cannot be right is refused`(body: String) async throws {
        let answer = try await bench.send(.post, "/api/v1/users", json: body)
        #expect(answer.status == .unprocessableContent)
        #expect(bench.access.accounts.current.users.isEmpty)
    }

    @Test func `accounts that cannot be read are not taken for none`() async throws {
        try StateFile.replace(bench.folder.file("console/accounts.json"), with: Array("{".utf8))
        let access = AccessControl(
            ConsoleConfiguration(
                listen: nil, stateFolder: bench.folder.file("console"), version: "1"),
            clocks: bench.clocks, note: { _ in })
        #expect(access.accounts.failure != nil)
        #expect(!access.needsSetup)
        await #expect(throws: Problem.self) { try await access.accounts.change { _ in } }
    }
}
