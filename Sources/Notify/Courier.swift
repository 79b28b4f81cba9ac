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
    }

    private let settings: NotifySettings
    private let clocks: any Clocks
    private let report: @Sendable (Event) -> Void
    private let mail = Mutex(Mail())
    private let bell: Doorbell
    private let end: Latch
    private let thread: Mutex<NamedThread?>

    init(
        settings: NotifySettings, outbox path: String?, clocks: any Clocks,
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
            var state = State(outbox: Outbox(path: path), nextPing: clocks.monotonic)
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
    }

    private func work(_ state: inout State) {
        let (notices, problems) = mail.withLock { mail in
            defer { mail.notices = [] }
            return (mail.notices, mail.problems)
        }
        if settings.webhook != nil { for notice in notices { state.outbox.append(notice) } }
        let dropped = state.outbox.takeDropped()
        if dropped > 0 { report(.dropped(dropped)) }
        ping(&state, problems: problems)
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
        } else if outcome != .cancelled {
            if state.pace.failures == 0 { report(.failed(outcome.text)) }
            state.pace.fail(now: clocks.monotonic, random: .random(in: 0..<1))
        }
    }

    /// Silence is the alarm, so nothing is fetched while there is a problem.
    private func ping(_ state: inout State, problems: Int) {
        guard let url = settings.pingURL, problems == 0, clocks.monotonic >= state.nextPing
        else { return }
        state.nextPing = clocks.monotonic + settings.pingInterval
        let request = HTTPRequest(url: url, authorities: settings.authorities)
        let outcome = request.perform(stop: end)
        if !outcome.isGood, outcome != .cancelled, !state.isPingFailing {
            report(.pingFailed(outcome.text))
        }
        state.isPingFailing = !outcome.isGood
    }
}
