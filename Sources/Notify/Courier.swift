internal import Platform
import Synchronization

/// Delivers notices to the webhook.
///
/// A thread of its own does it; what it is told never waits.
final class Courier: Sendable {
    /// What it tells about itself.
    enum Event: Sendable {
        /// A notice could not be delivered and is tried again; told once for a series.
        case failed(String)
        /// The first delivery after failures arrived.
        case delivered
        /// This many notices were given up because too many waited.
        case dropped(Int)
    }

    private let webhook: NotifySettings.Webhook
    private let authorities: String?
    private let clocks: any Clocks
    private let report: @Sendable (Event) -> Void
    private let mail = Mutex<[Notice]>([])
    private let thread: SendingThread

    init(
        webhook: NotifySettings.Webhook, authorities: String?, outbox path: String?,
        canSave: @escaping @Sendable () -> Bool, clocks: any Clocks,
        report: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        self.webhook = webhook
        self.authorities = authorities
        self.clocks = clocks
        self.report = report
        thread = try SendingThread(.webhook)
        try thread.start(
            "notify", { State(outbox: Outbox(path: path, canSave: canSave)) },
            step: { [self] in work(&$0) }, last: { $0.settle(.cancelled) { _ in true } })
    }

    /// Tells of notices, soon.
    func tell(_ notices: [Notice]) {
        guard !notices.isEmpty else { return }
        mail.withLock { $0 += notices }
        thread.wake()
    }

    /// Tells of a notice at once, however long the next attempt was to be waited for.
    func tell(_ trial: Trial) { thread.tell(trial) }

    /// Begins to end the thread; `stop` waits for it.
    func end() { thread.end() }

    /// Ends the thread; what is not delivered waits in the file for the next start.
    func stop() { thread.stop() }

    private struct State {
        var outbox: Outbox
        var pace = DeliveryPace()
        /// Those whose notices are in the outbox.
        var trials: [Trial] = []

        /// Tells senders what became of their notices.
        mutating func settle(_ fate: Trial.Fate, where condition: (Trial) -> Bool) {
            for trial in trials.filter(condition) { trial.settle(.webhook, fate) }
            trials.removeAll(where: condition)
        }
    }

    private func work(_ state: inout State) -> Bool {
        state.outbox.readIfThere()
        takeMail(&state)
        let dropped = state.outbox.takeDropped()
        if dropped > 0 { report(.dropped(dropped)) }
        deliver(&state)
        return state.outbox.first != nil && state.pace.isDue(clocks.monotonic)
    }

    private func takeMail(_ state: inout State) {
        let notices = mail.withLock { mail in
            defer { mail = [] }
            return mail
        }
        let trials = thread.takeTrials()
        for notice in notices + trials.map(\.notice) { state.outbox.append(notice) }
        state.trials += trials
        if !trials.isEmpty { state.pace.hurry() }
    }

    private func deliver(_ state: inout State) {
        guard let notice = state.outbox.first, state.pace.isDue(clocks.monotonic) else { return }
        var request = Webhook.request(notice, to: webhook, now: clocks.wall)
        request.authorities = authorities
        let outcome = request.perform(stop: thread.cancel)
        if outcome.isGood {
            if state.pace.failures > 0 { report(.delivered) }
            state.pace.succeed()
            state.outbox.remove(notice)
            state.settle(.arrived) { $0.notice.id == notice.id }
        } else if outcome != .cancelled {
            // Behind a notice that fails, a later one waits for the same server.
            takeMail(&state)
            state.settle(.failed(outcome.text)) { _ in true }
            if state.pace.failures == 0 { report(.failed(outcome.text)) }
            state.pace.fail(now: clocks.monotonic, random: .random(in: 0..<1))
        }
    }
}
