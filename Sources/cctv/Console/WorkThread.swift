import Console
import Platform
import Synchronization

/// A thread that does one piece of work after the other for tasks that wait for it, because what it
/// does blocks: a disk, a database, a network.
final class WorkThread<State>: Sendable {
    private struct Work: Sendable {
        let run: @Sendable (inout State) -> Void
        /// Done instead, on any thread, once the thread ends.
        let otherwise: @Sendable () -> Void
    }

    private struct Queue {
        var waiting: [Work] = []
        var isEnding = false
    }

    private let queue = Mutex(Queue())
    private let bell: Doorbell
    private let thread = Mutex<NamedThread?>(nil)

    /// Starts the thread.
    ///
    /// - Parameter make: makes what the thread alone uses, on the thread.
    init(name: String, make: @escaping @Sendable () -> State) throws(SystemError) {
        bell = try Doorbell()
        let thread = try NamedThread(name: name) { [self] in
            var state = make()
            while run(&state) { bell.wait(atMost: nil) }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Runs `body` on the thread after what was asked before.
    ///
    /// - Throws: what `body` throws, or that the recorder ends.
    func ask<Value: Sendable>(
        _ body: @escaping @Sendable (inout State) throws(RecorderFailure) -> Value
    ) async throws(RecorderFailure) -> Value {
        let result: Result<Value, RecorderFailure> = await withCheckedContinuation { waiting in
            give(
                Work(
                    run: { state in
                        waiting.resume(
                            returning: Result { () throws(RecorderFailure) in try body(&state) })
                    },
                    otherwise: { waiting.resume(returning: .failure(.ending)) }))
        }
        return try result.get()
    }

    /// Runs `body` on the thread soon; nobody waits for it, and it is left out if the thread ends.
    func tell(_ body: @escaping @Sendable (inout State) -> Void) {
        give(Work(run: body, otherwise: {}))
    }

    /// Ends the thread after the work at hand and waits for it; whoever waits for later work is told.
    func stop() {
        queue.withLock { $0.isEnding = true }
        bell.ring()
        thread.withLock { $0.take() }?.join()
    }

    private func give(_ work: Work) {
        let isLate = queue.withLock { queue in
            if !queue.isEnding { queue.waiting.append(work) }
            return queue.isEnding
        }
        if isLate { work.otherwise() } else { bell.ring() }
    }

    /// Does what waits; false once the thread is to end.
    private func run(_ state: inout State) -> Bool {
        while true {
            let (work, isEnding) = queue.withLock { queue in
                (queue.waiting.isEmpty ? nil : queue.waiting.removeFirst(), queue.isEnding)
            }
            guard let work else { return !isEnding }
            if isEnding { work.otherwise() } else { work.run(&state) }
        }
    }
}

extension RecorderFailure {
    /// The recorder ends.
    static let ending = RecorderFailure(
        .unavailable, code: "recorder.ending", "The recorder ends; start it again with cctv.")
}
