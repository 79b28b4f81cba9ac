import Glibc
import HTTPTypes
import HummingbirdTesting
import NIOPosix
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Console

/// Sessions from one run of the recorder to the next, and streams that outlive the right to see them.
struct SessionTests {
    let bench = Bench()

    private func status(
        _ headers: HTTPFields, on bench: Bench
    ) async throws -> HTTPResponse.Status {
        try await bench.send(.get, "/api/v1/status", from: Bench.here, headers: headers).status
    }

    @Test func `who is logged in still is after a restart, and who logged out is not`()
        async throws
    {
        try await bench.addUser("anna", .admin)
        let (stays, leaves) = (try await bench.logIn("anna"), try await bench.logIn("anna"))
        let out = try await bench.send(
            .post, "/api/v1/logout", from: Bench.here, headers: leaves)
        #expect(out.status == .noContent)
        let next = bench.restarted()
        #expect(try await status(stays, on: next) == .ok)
        #expect(try await status(leaves, on: next) == .unauthorized)
    }

    @Test func `a restart does not make a session last longer`() async throws {
        try await bench.addUser("anna", .admin)
        let idle = try await bench.logIn("anna")
        bench.clocks.advance(by: Sessions.idle + .seconds(1))
        #expect(try await status(idle, on: bench.restarted()) == .unauthorized)
        let busy = try await bench.logIn("anna")
        var runs = bench
        // 29 days and 20 hours.
        for _ in 0..<61 {
            bench.clocks.advance(by: Sessions.idle - Sessions.saveAfter)
            #expect(try await status(busy, on: runs) == .ok)
            try await PasswordHash.thread.runIfActive {}
            runs = runs.restarted()
        }
        bench.clocks.advance(by: .seconds(11 * 3600))
        #expect(try await status(busy, on: runs.restarted()) == .unauthorized)
    }

    @Test func `an open page alone does not keep a session`() async throws {
        let sessions = Sessions(
            folder: bench.folder.file("pages"), clocks: bench.clocks, note: { _ in })
        let user = AccountBook.User(name: "anna", role: .admin, password: "x")
        let digest = Secret.digest(await sessions.begin(user, replacing: nil))
        bench.clocks.advance(by: Sessions.idle - .seconds(60))
        #expect(sessions.find(digest, isUse: false) != nil)
        bench.clocks.advance(by: .seconds(120))
        #expect(sessions.find(digest, isUse: false) == nil)
    }

    @Test
    func `a password that was changed or an account that is gone is no way in after a restart`()
        async throws
    {
        for name in ["anna", "bert", "carl"] { try await bench.addUser(name, .admin) }
        let (bert, carl) = (try await bench.logIn("bert"), try await bench.logIn("carl"))
        _ = try await bench.send(
            .patch, "/api/v1/users/bert", json: #"{"password":"another password"}"#)
        _ = try await bench.send(.delete, "/api/v1/users/carl")
        try await bench.addUser("carl", .admin)
        for run in [bench, bench.restarted()] {
            #expect(try await status(bert, on: run) == .unauthorized)
            #expect(try await status(carl, on: run) == .unauthorized)
        }
    }

    @Test func `the file of sessions opens nothing and is its owner's alone`() async throws {
        try await bench.addUser("anna", .admin)
        let cookie = try await bench.logIn("anna")
        let path = bench.folder.file("console/sessions.json")
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        let value = String(try #require(cookie[.cookie]).drop { $0 != "=" }.dropFirst())
        #expect(!text.contains(value))
        #expect(!text.contains("$y$"))
        for stolen in text.split(whereSeparator: { !$0.isHexDigit }).filter({ $0.count == 64 }) {
            let answer = try await status([.cookie: "sid=\(stolen)"], on: bench)
            #expect(answer == .unauthorized)
        }
    }

    @Test func `sessions that others could have written or read are not believed`() async throws {
        try await bench.addUser("anna", .admin)
        let cookie = try await bench.logIn("anna")
        chmod(bench.folder.file("console/sessions.json"), 0o640)
        let next = bench.restarted()
        #expect(try await status(cookie, on: next) == .unauthorized)
        #expect(next.notes.list.withLock { $0 }.contains { $0.message.contains("chmod 600") })
    }

    @Test func `accounts that others can read are not used`() async throws {
        try await bench.addUser("anna", .admin)
        chmod(bench.folder.file("console/accounts.json"), 0o604)
        let access = bench.restarted().access
        #expect(access.accounts.failure?.description.contains("chmod 600") == true)
        #expect(!access.needsSetup)
    }

    @Test func `a damaged file of sessions logs everybody out and stops nothing`() async throws {
        try await bench.addUser("anna", .admin)
        let cookie = try await bench.logIn("anna")
        try StateFile.replace(bench.folder.file("console/sessions.json"), with: Array("[{".utf8))
        let next = bench.restarted()
        #expect(try await status(cookie, on: next) == .unauthorized)
        #expect(try await status(next.logIn("anna"), on: next.restarted()) == .ok)
    }

    @Test func `asking again and again does not write to the disk`() async throws {
        try await bench.addUser("anna", .admin)
        let cookie = try await bench.logIn("anna")
        let path = bench.folder.file("console/sessions.json")
        func writes() throws -> ino_t {
            var facts = stat()
            #expect(stat(path, &facts) == 0)
            return facts.st_ino
        }
        let first = try writes()
        for _ in 0..<50 {
            bench.clocks.advance(by: .seconds(10))
            #expect(try await status(cookie, on: bench) == .ok)
        }
        try await PasswordHash.thread.runIfActive {}
        #expect(try writes() == first)
        bench.clocks.advance(by: Sessions.saveAfter)
        #expect(try await status(cookie, on: bench) == .ok)
        try await PasswordHash.thread.runIfActive {}
        #expect(try writes() != first)
    }
}
