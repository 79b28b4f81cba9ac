internal import CCurl
internal import Glibc
internal import Platform
import Synchronization

/// Delivers notices to the webhook and fetches the dead man's URL.
///
/// A thread of its own does all of it; what it is told never waits.
final class Courier: Sendable {
    /// What it tells about itself.
    enum Event: Sendable {
        /// A notice could not be delivered and is tried again; told once for a series.
        case failed(String)
        /// The first delivery after failures arrived.
        case delivered
        /// This many notices were given up because too many waited.
        case dropped(Int)
        /// The dead man's URL could not be fetched; told once for a series.
        case pingFailed(String)
    }

    private struct Mail {
        var notices: [Notice] = []
        var problems = 0
        var trials: [Attempt] = []
    }

    /// A notice whose sender waits to hear what becomes of it.
    private struct Attempt {
        let notice: Notice
        let trial: Trial
    }

    private let settings: NotifySettings
    private let clocks: any Clocks
    private let report: @Sendable (Event) -> Void
    private let mail = Mutex(Mail())
    private let bell: Doorbell
    private let end: Latch
    private let thread: Mutex<NamedThread?>

    init(
        settings: NotifySettings, outbox path: String?, canSave: @escaping @Sendable () -> Bool,
        clocks: any Clocks,
        report: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        self.settings = settings
        self.clocks = clocks
        self.report = report
        bell = try Doorbell()
        end = try Latch()
        thread = Mutex(nil)
        _ = ccurl_global_init()
        let made = try NamedThread(name: "notify") { [self] in
            var state = State(
                outbox: Outbox(path: path, canSave: canSave), nextPing: clocks.monotonic)
            while !end.isSet { work(&state) }
        }
        thread.withLock { $0 = made }
    }

    /// Tells of a notice, soon.
    func tell(_ notices: [Notice], problems: Int) {
        mail.withLock {
            $0.notices += notices
            $0.problems = problems
        }
        if !notices.isEmpty { bell.ring() }
    }

    /// Tells of a notice at once, however long the next attempt was to be waited for.
    func tell(_ notice: Notice, problems: Int, trial: Trial) {
        mail.withLock {
            $0.trials.append(Attempt(notice: notice, trial: trial))
            $0.problems = problems
        }
        bell.ring()
    }

    /// Ends the thread; what is not delivered waits in the file for the next start.
    func stop() {
        end.set()
        bell.ring()
        thread.withLock { $0.take() }?.join()
    }

    private struct State {
        var outbox: Outbox
        var pace = DeliveryPace()
        var nextPing: MonotonicTime
        var isPingFailing = false
        /// Notices in the outbox whose senders wait.
        var attempts: [Attempt] = []

        /// Tells senders what became of their notices.
        mutating func settle(_ fate: Trial.Fate, where condition: (Attempt) -> Bool) {
            for attempt in attempts.filter(condition) { attempt.trial.settle(.webhook, fate) }
            attempts.removeAll(where: condition)
        }
    }

    private func work(_ state: inout State) {
        state.outbox.readIfThere()
        let mail = mail.withLock { mail in
            defer { (mail.notices, mail.trials) = ([], []) }
            return mail
        }
        if settings.webhook != nil {
            for notice in mail.notices + mail.trials.map(\.notice) { state.outbox.append(notice) }
            state.attempts += mail.trials
            if !mail.trials.isEmpty { state.pace.hurry() }
        }
        let dropped = state.outbox.takeDropped()
        if dropped > 0 { report(.dropped(dropped)) }
        ping(&state, problems: mail.problems, trials: mail.trials.map(\.trial))
        deliver(&state)
        let now = clocks.monotonic
        let isWaiting = state.outbox.first == nil || !state.pace.isDue(now)
        if isWaiting, !end.isSet { bell.wait(atMost: .seconds(1)) }
    }

    private func deliver(_ state: inout State) {
        guard let webhook = settings.webhook, let notice = state.outbox.first,
            state.pace.isDue(clocks.monotonic)
        else { return }
        var request = Webhook.request(notice, to: webhook, now: clocks.wall)
        request.authorities = settings.authorities
        let outcome = request.perform(stop: end)
        if outcome.isGood {
            if state.pace.failures > 0 { report(.delivered) }
            state.pace.succeed()
            state.outbox.remove(notice)
            state.settle(.arrived) { $0.notice.id == notice.id }
        } else if outcome != .cancelled {
            // Behind a notice that fails, a later one waits for the same server.
            state.settle(.failed(outcome.text)) { _ in true }
            if state.pace.failures == 0 { report(.failed(outcome.text)) }
            state.pace.fail(now: clocks.monotonic, random: .random(in: 0..<1))
        }
    }

    /// Silence is the alarm, so nothing is fetched while there is a problem.
    private func ping(_ state: inout State, problems: Int, trials: [Trial]) {
        guard let url = settings.pingURL else { return }
        guard problems == 0 else {
            let reason = "there is a problem now, and silence is what alarms"
            for trial in trials { trial.settle(.ping, .keptBack(reason)) }
            return
        }
        guard !trials.isEmpty || clocks.monotonic >= state.nextPing else { return }
        state.nextPing = clocks.monotonic + settings.pingInterval
        let request = HTTPRequest(url: url, authorities: settings.authorities)
        let outcome = request.perform(stop: end)
        if !outcome.isGood, outcome != .cancelled, !state.isPingFailing {
            report(.pingFailed(outcome.text))
        }
        state.isPingFailing = !outcome.isGood
        for trial in trials {
            trial.settle(.ping, outcome.isGood ? .arrived : .failed(outcome.text))
        }
    }
}
