import Console
import Platform
import Synchronization
import TestSupport

/// A console with real sockets.
final class RunningConsole: Sendable {
    let folder = TemporaryDirectory()
    let server: ConsoleServer

    init(_ recorder: SampleRecorder = SampleRecorder(), port: Int? = 0) {
        server = ConsoleServer(
            ConsoleConfiguration(
                listen: port.map { .init(host: "127.0.0.1", port: $0) }, stateFolder: folder.path,
                version: "1"),
            recorder: recorder, onNote: { _ in })
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
