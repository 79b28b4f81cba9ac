import Platform
import Synchronization
import TestSupport

@testable import Console

/// A console with real sockets; its Unix socket answers whatever the network asks for a login.
final class RunningConsole: Sendable {
    let folder = TemporaryDirectory()
    let server: ConsoleServer
    let tokenHeader: String
    /// What the browser of the administrator `anna` sends, if there is one.
    static let cookie = "sid=browser"

    /// Prepares a console with one token and one session, both of an administrator.
    init(
        _ recorder: SampleRecorder = SampleRecorder(), host: String = "127.0.0.1",
        port: Int? = 0, tls: ConsoleConfiguration.TLSMode = .off, hasUser: Bool = true
    ) throws {
        var configuration = ConsoleConfiguration(
            listen: port.map { .init(host: host, port: $0) }, stateFolder: folder.file("console"),
            version: "1")
        configuration.tls = tls
        if hasUser {
            // No password has this hash: only the token and the cookie open.
            let user = #"{"name":"anna","role":"admin","password":"*"}"#
            let token =
                #"{"id":"1","name":"t","role":"admin","digest":"\#(Secret.digest("t"))","#
                + #""created":"2025-02-23T09:00:00Z"}"#
            try StateFile.replace(
                folder.file("console/accounts.json"),
                with: Array(#"{"users":[\#(user)],"tokens":[\#(token)]}"#.utf8))
            let now = Instant(SystemClocks())
            let session = Sessions.Session(
                user: "anna", mark: Secret.digest("*"), begun: now.monotonic, used: now.monotonic)
            try KeptSession.write(
                [Secret.digest("browser"): session], to: folder.file("console/sessions.json"),
                at: now)
        }
        tokenHeader = "Authorization: Bearer t\r\n"
        server = ConsoleServer(configuration, recorder: recorder, onNote: { _ in })
    }

    /// Begins to listen and returns the port.
    func start() throws -> Int {
        try server.start()
        return server.port ?? 0
    }
}

/// Runs a test on a thread of its own: what blocks there holds no thread of the Swift pool, on which
/// the console answers.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    let failure = Failure()
    let thread = try NamedThread(name: "test") {
        let outcome = Result { try body() }
        failure.outcome.withLock { $0 = outcome }
    }
    while failure.outcome.withLock({ $0 == nil }) { try? await Task.sleep(for: .milliseconds(5)) }
    thread.join()
    try failure.outcome.withLock { $0 }?.get()
}

private final class Failure: Sendable {
    let outcome = Mutex<Result<Void, any Error>?>(nil)
}
