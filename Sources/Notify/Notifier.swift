public import Platform
import Synchronization

/// Tells the outside world when something goes wrong, and when all is well again.
///
/// It is shown the recorder's situation about once a second and decides itself what is worth
/// telling. Methods may be called from any thread and never wait for a network. Whoever makes it
/// calls `stop`.
public final class Notifier: Sendable {
    /// What the log should know.
    public enum Event: Sendable {
        /// A notice could not be delivered and is tried again; told once for a series of failures.
        case webhookFailed(String)
        /// Notices are delivered again.
        case webhookRecovered
        /// Notices that were given up because too many waited.
        case noticesDropped(Int)
        /// The dead man's URL could not be fetched; told once for a series of failures.
        case pingFailed(String)
        /// The broker knows the recorder.
        case brokerConnected
        /// There is no connection to the broker; told once until there is one.
        case brokerDisconnected(String)
    }

    /// Who the recorder is.
    public struct Identity: Sendable {
        /// Tells it from every other one; letters and digits.
        public var id: String
        /// The machine's name.
        public var host: String
        /// cctv's version.
        public var version: String

        /// Who the recorder is.
        public init(id: String, host: String, version: String) {
            self.id = id
            self.host = host
            self.version = version
        }
    }

    private struct State {
        var watch: Watch
        /// The day whose digest was told, or need not be.
        var digestDay: Int64?
    }

    private let state: Mutex<State>
    private let digestAt: Int?
    private let ways: [Trial.Way]
    private let courier: Courier?
    private let pinger: Pinger?
    private let broker: MQTTThread?
    private let clocks: any Clocks

    /// Starts the threads that deliver.
    ///
    /// - Parameters:
    ///   - outbox: the file in which notices wait for delivery, in a folder that exists.
    ///   - canSave: whether the file may be written now; asked before each time.
    ///   - report: what the log should know; called on several threads.
    /// - Throws: `SystemError` if the system has no room for the threads.
    public init(
        settings: NotifySettings, identity: Identity, outbox: String?,
        canSave: @escaping @Sendable () -> Bool = { true }, clocks: any Clocks = SystemClocks(),
        report: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        self.clocks = clocks
        digestAt = settings.digestAt
        ways = settings.ways
        // The digest of a day that has begun is the next day's.
        let day = Self.day(settings.digestAt, clocks)
        state = Mutex(State(watch: Watch(patience: settings.patience), digestDay: day))
        let authorities = settings.authorities
        courier = try settings.webhook.map { (webhook) throws(SystemError) in
            try Courier(
                webhook: webhook, authorities: authorities, outbox: outbox, canSave: canSave,
                clocks: clocks
            ) { event in
                switch event {
                case .failed(let why): report(.webhookFailed(why))
                case .delivered: report(.webhookRecovered)
                case .dropped(let count): report(.noticesDropped(count))
                }
            }
        }
        do throws(SystemError) {
            pinger = try settings.pingURL.map { (url) throws(SystemError) in
                try Pinger(
                    url: url, authorities: authorities, interval: settings.pingInterval,
                    clocks: clocks, fail: { report(.pingFailed($0)) })
            }
        } catch {
            courier?.stop()
            throw error
        }
        do throws(SystemError) {
            broker = try settings.broker.map { (broker) throws(SystemError) in
                let topics = HomeAssistant(
                    id: "cctv_" + identity.id, host: identity.host, version: identity.version,
                    prefix: broker.discoveryPrefix)
                return try MQTTThread(
                    settings: broker, authorities: authorities, topics: topics, clocks: clocks
                ) { event in
                    switch event {
                    case .connected: report(.brokerConnected)
                    case .disconnected(let why): report(.brokerDisconnected(why))
                    }
                }
            }
        } catch {
            courier?.stop()
            pinger?.stop()
            throw error
        }
    }

    /// Shows the present situation.
    ///
    /// - Returns: whether a digest is due, once a day; `tell` takes it.
    public func observe(_ situation: Situation) -> Bool {
        let now = Instant(clocks)
        let (notices, problems) = state.withLock { state in
            (state.watch.see(situation, now: now), state.watch.problems)
        }
        courier?.tell(notices)
        pinger?.tell(problems: problems)
        broker?.tell(situation, problems: problems)
        for notice in notices { broker?.tell(notice) }
        guard let day = Self.day(digestAt, clocks) else { return false }
        return state.withLock { state in
            guard let last = state.digestDay, day > last else { return false }
            state.digestDay = day
            return true
        }
    }

    /// Tells how much of the last 24 hours was recorded; nothing if nothing was to be.
    public func tell(_ shares: [DailyShare]) {
        let problems = state.withLock { $0.watch.problems }
        guard let notice = Digest.notice(shares, problems: problems, now: clocks.wall) else {
            return
        }
        courier?.tell([notice])
        broker?.tell(notice)
    }

    private static func day(_ seconds: Int?, _ clocks: any Clocks) -> Int64? {
        let now = clocks.wall
        return seconds.map {
            Digest.day(at: $0, now: now, utcOffset: clocks.utcOffset(at: now))
        }
    }

    /// Sends a notice that says nothing but that notices arrive, at once and on every way.
    ///
    /// - Returns: tells what became of it; `outcome` waits for that.
    public func sendTest() -> Trial {
        let problems = state.withLock { $0.watch.problems }
        let notice = Notice(
            .test, at: clocks.wall, problems: problems,
            text: "This is a test: notices of cctv arrive here")
        let trial = Trial(notice, ways: ways)
        courier?.tell(trial)
        pinger?.tell(problems: problems)
        pinger?.tell(trial)
        broker?.tell(trial)
        return trial
    }

    /// Ends the threads; what was not delivered is delivered after the next start.
    ///
    /// Waits for the broker's goodbye and requests that are cancelled: a second or two.
    public func stop() {
        // Both are told before one is waited for.
        courier?.end()
        pinger?.end()
        courier?.stop()
        pinger?.stop()
        broker?.stop()
    }
}
