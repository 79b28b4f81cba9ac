internal import Platform
import Synchronization

/// Fetches the dead man's URL while there is no problem: silence is the alarm.
///
/// A thread of its own does it, so that neither this server nor the webhook's waits for the other.
final class Pinger: Sendable {
    private let url: String
    private let authorities: String?
    private let interval: Duration
    private let clocks: any Clocks
    private let fail: @Sendable (String) -> Void
    private let problems = Atomic<Int>(0)
    private let thread: SendingThread

    /// - Parameter fail: told why the URL could not be fetched, once for a series of failures.
    init(
        url: String, authorities: String?, interval: Duration, clocks: any Clocks,
        fail: @escaping @Sendable (String) -> Void
    ) throws(SystemError) {
        self.url = url
        self.authorities = authorities
        self.interval = interval
        self.clocks = clocks
        self.fail = fail
        thread = try SendingThread(.ping)
        try thread.start(
            "ping", { State(next: clocks.monotonic) },
            step: { [self] state in
                work(&state)
                return false
            })
    }

    /// Tells how many problems there are now.
    func tell(problems count: Int) { problems.store(count, ordering: .relaxed) }

    /// Fetches at once, unless there is a problem.
    func tell(_ trial: Trial) { thread.tell(trial) }

    /// Begins to end the thread; `stop` waits for it.
    func end() { thread.end() }

    /// Ends the thread.
    func stop() { thread.stop() }

    private struct State {
        var next: MonotonicTime
        var isFailing = false
    }

    private func work(_ state: inout State) {
        let trials = thread.takeTrials()
        guard problems.load(ordering: .relaxed) == 0 else {
            let reason = "there is a problem now, and silence is what alarms"
            for trial in trials { trial.settle(.ping, .keptBack(reason)) }
            return
        }
        guard !trials.isEmpty || clocks.monotonic >= state.next else { return }
        state.next = clocks.monotonic + interval
        let outcome = HTTPRequest(url: url, authorities: authorities).perform(stop: thread.cancel)
        if !outcome.isGood, outcome != .cancelled, !state.isFailing { fail(outcome.text) }
        state.isFailing = !outcome.isGood
        // Who came meanwhile has heard the same server's word.
        for trial in trials + thread.takeTrials() { trial.settle(.ping, fate(outcome)) }
    }

    private func fate(_ outcome: HTTPRequest.Outcome) -> Trial.Fate {
        if outcome == .cancelled { return .cancelled }
        return outcome.isGood ? .arrived : .failed(outcome.text)
    }
}
