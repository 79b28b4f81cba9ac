import Console
import Synchronization

/// Hands what changes to everybody who watches; a watcher that does not keep up misses the oldest.
final class EventHub: Sendable {
    private struct State {
        var next = 0
        var watchers: [Int: AsyncStream<RecorderEvent>.Continuation] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private static let backlog = 256

    /// Whether anybody watches.
    var isWatched: Bool { state.withLock { !$0.watchers.isEmpty } }

    /// Begins to watch: `first` at once, then everything that is sent.
    func watch(first: RecorderEvent) -> AsyncStream<RecorderEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RecorderEvent.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        continuation.yield(first)
        let number: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            defer { state.next += 1 }
            state.watchers[state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.watchers[number] = nil }
        }
        return stream
    }

    /// Tells everybody; never blocks.
    func send(_ event: RecorderEvent) {
        for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield(event) }
    }

    /// Ends every stream.
    func close() {
        let watchers = state.withLock { state in
            defer { state = State(isClosed: true) }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }
}
