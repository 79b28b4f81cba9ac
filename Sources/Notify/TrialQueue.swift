import Synchronization

/// Trials on their way to the thread that sends on one way.
final class TrialQueue: Sendable {
    private let way: Trial.Way
    /// nil once nobody takes them any more.
    private let waiting = Mutex<[Trial]?>([])

    init(_ way: Trial.Way) { self.way = way }

    /// Adds one, which is cancelled at once if nobody takes it any more.
    func append(_ trial: Trial) {
        let isTaken = waiting.withLock { waiting in
            waiting?.append(trial)
            return waiting != nil
        }
        if !isTaken { trial.settle(way, .cancelled) }
    }

    /// Takes all that wait.
    func take() -> [Trial] {
        waiting.withLock { waiting in
            guard let taken = waiting else { return [] }
            waiting = []
            return taken
        }
    }

    /// Whether none waits.
    var isEmpty: Bool { waiting.withLock { $0?.isEmpty ?? true } }

    /// Cancels those that wait, and all that come.
    func close() {
        let left = waiting.withLock { $0.take() }
        for trial in left ?? [] { trial.settle(way, .cancelled) }
    }
}
