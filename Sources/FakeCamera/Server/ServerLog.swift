internal import Synchronization

/// What a server has seen and done, for whoever asks from another thread.
final class ServerLog: Sendable {
    private struct State {
        var requests: [FakeCameraServer.Request] = []
        var sessions: [String: [SentFrames]] = [:]
        var clients = 0
        var connections = 0
        var dropped = 0
        var overflows = 0
    }

    private let state = Mutex(State())

    var requests: [FakeCameraServer.Request] { state.withLock { $0.requests } }
    var clients: Int { state.withLock { $0.clients } }
    var connections: Int { state.withLock { $0.connections } }
    var dropped: Int { state.withLock { $0.dropped } }
    var overflows: Int { state.withLock { $0.overflows } }

    func sentFrames(_ path: String) -> [Int] {
        state.withLock { $0.sessions[path] ?? [] }.map(\.count)
    }

    func add(_ request: FakeCameraServer.Request) { state.withLock { $0.requests.append(request) } }

    func addSession(_ path: String, _ sent: SentFrames) {
        state.withLock { $0.sessions[path, default: []].append(sent) }
    }

    func countConnection() {
        state.withLock {
            $0.connections += 1
            $0.clients += 1
        }
    }

    func countDisconnection() { state.withLock { $0.clients -= 1 } }
    func countOverflow() { state.withLock { $0.overflows += 1 } }

    func countDropped(_ packets: Int) {
        guard packets > 0 else { return }
        state.withLock { $0.dropped += packets }
    }
}

/// How many video frames a session has sent.
final class SentFrames: Sendable {
    private let number = Atomic<Int>(0)

    var count: Int { number.load(ordering: .relaxed) }

    func add(_ frames: Int) { number.wrappingAdd(frames, ordering: .relaxed) }
}
