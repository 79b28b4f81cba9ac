import Platform
import Synchronization

/// What the supervisor's thread is to do next; given from any thread or task.
final class SupervisorOrders: Sendable {
    /// Something to do on the supervisor's thread.
    enum Order: Sendable {
        case reload
        case end
        /// End everything and begin again, with another volume in the place of ours.
        case beginAnew
        /// Work that somebody waits for, and what to do instead if the recorder has ended.
        case work(@Sendable (inout SupervisorLoop) -> Void, otherwise: @Sendable () -> Void)
    }

    private struct State {
        var waiting: [Order] = []
        var isClosed = false
    }

    /// Rung for every order.
    let bell: Doorbell
    private let state = Mutex(State())

    init() throws(SystemError) { bell = try Doorbell() }

    /// Gives an order; never blocks.
    func give(_ order: Order) {
        let isLate = state.withLock { state in
            if !state.isClosed { state.waiting.append(order) }
            return state.isClosed
        }
        if isLate { Self.abandon([order]) } else { bell.ring() }
    }

    /// Runs `body` on the supervisor's thread.
    ///
    /// - Returns: its result; nil if the recorder has ended.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (inout SupervisorLoop) -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            give(
                .work(
                    { continuation.resume(returning: body(&$0)) },
                    otherwise: { continuation.resume(returning: nil) }))
        }
    }

    /// Takes what was given so far.
    func take() -> [Order] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Takes no more orders; whoever waits for one is told.
    func close() {
        let left = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.waiting
        }
        Self.abandon(left)
    }

    private static func abandon(_ orders: [Order]) {
        for case .work(_, let otherwise) in orders { otherwise() }
    }
}
