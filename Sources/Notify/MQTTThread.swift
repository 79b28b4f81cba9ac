internal import CMosquitto
import Glibc
internal import Platform
import Synchronization

/// Keeps a broker informed: connects, describes the recorder, sends what changes, connects again.
///
/// What it is told never waits for the network. Whoever starts it ends it with `stop`.
final class MQTTThread: Sendable {
    /// What it tells about itself.
    enum Event: Sendable {
        case connected
        /// The connection is gone or did not come about; told once until the next `connected`.
        case disconnected(String)
    }

    /// Events that wait for a connection; the oldest go first.
    private static let eventLimit = 50
    private static let connectLimit = Duration.seconds(10)
    private static let patience = Duration.seconds(2)

    private struct Mail {
        var situation: Situation?
        var problems = 0
        var events: [Notice] = []
    }

    private let mail = Mutex(Mail())
    private let trials = TrialQueue(.mqtt)
    private let bell: Doorbell
    private let end: Latch
    private let ended: Latch
    private let thread: Mutex<NamedThread?>

    init(
        settings: NotifySettings.Broker, authorities: String?, topics: HomeAssistant,
        clocks: any Clocks, report: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        bell = try Doorbell()
        end = try Latch()
        ended = try Latch()
        thread = Mutex(nil)
        let made = try NamedThread(name: "mqtt") { [self] in
            defer { ended.set() }
            mosquitto_lib_init()
            defer { mosquitto_lib_cleanup() }
            var pace = DeliveryPace()
            while !end.isSet {
                let failure = runConnection(
                    settings, authorities, topics, clocks, report, &pace)
                guard let failure, !end.isSet else { break }
                if pace.failures == 0 { report(.disconnected(failure)) }
                for trial in trials.take() { trial.settle(.mqtt, .failed(failure)) }
                pace.fail(now: clocks.monotonic, random: .random(in: 0..<1))
                wait(until: pace.due ?? clocks.monotonic, clocks)
            }
        }
        thread.withLock { $0 = made }
    }

    /// Tells the present situation; what equals the last one is not sent again.
    func tell(_ situation: Situation, problems: Int) {
        mail.withLock {
            $0.situation = situation
            $0.problems = problems
        }
    }

    /// Tells of an event, soon.
    func tell(_ notice: Notice) {
        mail.withLock {
            $0.events.append(notice)
            if $0.events.count > Self.eventLimit { $0.events.removeFirst() }
        }
        bell.ring()
    }

    /// Tells of an event at once, with a new connection if there is none; it is not kept for later.
    func tell(_ trial: Trial) {
        trials.append(trial)
        bell.ring()
    }

    /// Says goodbye to the broker and ends the thread, within about a second while it answers.
    ///
    /// A thread that hangs in the look-up of the broker's name is left to end by itself.
    func stop() {
        trials.close()
        end.set()
        bell.ring()
        var wait = pollfd(fd: ended.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&wait, 1, Int32(Self.patience.nanoseconds / 1_000_000))
        if ended.isSet {
            thread.withLock { $0.take() }?.join()
        } else {
            // Kept for good: a thread that is dropped while it runs ends the process.
            _ = Unmanaged.passRetained(self)
        }
    }

    /// Returns why the connection ended, or nil when `stop` was called.
    private func runConnection(
        _ settings: NotifySettings.Broker, _ authorities: String?, _ topics: HomeAssistant,
        _ clocks: any Clocks, _ report: (Event) -> Void, _ pace: inout DeliveryPace
    ) -> String? {
        let offline = HomeAssistant.Message(
            topic: topics.availability, payload: Array("offline".utf8))
        let online = HomeAssistant.Message(
            topic: topics.availability, payload: Array("online".utf8))
        guard
            let connection = MQTTConnection(
                clientID: topics.id, settings: settings, authorities: authorities, will: offline)
        else { return "libmosquitto does not start" }
        if let failure = connection.connect(
            to: settings, limit: Self.connectLimit, clocks: clocks, stop: end)
        {
            return failure
        }
        pace.succeed()
        report(.connected)
        if let failure = connection.publish(online) { return failure }
        var sent = Sent()
        while !end.isSet {
            let failure =
                sendMail(connection, topics, &sent) ?? connection.serve(.milliseconds(250))
            sent.settleTrials(connection, failure.map { .failed($0) })
            if let failure { return failure }
        }
        _ = connection.publish(offline)
        for _ in 0..<10 where connection.isBusy { _ = connection.serve(.milliseconds(100)) }
        connection.disconnect()
        sent.settleTrials(connection, .cancelled)
        return nil
    }

    /// What this connection's broker knows already.
    private struct Sent {
        var cameras: [String]?
        var states: [String: [UInt8]] = [:]
        /// Notices that the broker has not taken yet, by their number.
        var trials: [Int32: Trial] = [:]

        /// Tells those who try what the broker has taken, and `end` of the rest if there is one.
        mutating func settleTrials(
            _ connection: borrowing MQTTConnection, _ end: Trial.Fate?
        ) {
            for (number, trial) in trials {
                if !connection.isAwaited(number) {
                    trial.settle(.mqtt, .arrived)
                } else if let end {
                    trial.settle(.mqtt, end)
                }
            }
            trials = trials.filter { connection.isAwaited($0.key) }
        }
    }

    private func sendMail(
        _ connection: borrowing MQTTConnection, _ topics: HomeAssistant, _ sent: inout Sent
    ) -> String? {
        if let failure = sendTrials(connection, topics, &sent) { return failure }
        let mail = mail.withLock { mail in
            defer { mail.events = [] }
            return mail
        }
        if let situation = mail.situation {
            let cameras = situation.cameras.map(\.name)
            if cameras != sent.cameras {
                let gone = (sent.cameras ?? []).filter { !cameras.contains($0) }
                let message = topics.discovery(cameras: cameras, gone: gone)
                if let failure = connection.publish(message) { return failure }
                sent.cameras = cameras
            }
            for message in topics.state(situation, problems: mail.problems)
            where sent.states[message.topic] != message.payload {
                if let failure = connection.publish(message) { return failure }
                sent.states[message.topic] = message.payload
            }
        }
        for notice in mail.events {
            if let failure = connection.publish(topics.event(notice)) { return failure }
        }
        return nil
    }

    /// Hands trials over; one that cannot be is settled, whatever becomes of the others.
    private func sendTrials(
        _ connection: borrowing MQTTConnection, _ topics: HomeAssistant, _ sent: inout Sent
    ) -> String? {
        var failure: String?
        for trial in trials.take() {
            switch connection.publishAwaited(topics.event(trial.notice)) {
            case .success(let number): sent.trials[number] = trial
            case .failure(let why):
                trial.settle(.mqtt, .failed(why.text))
                failure = why.text
            }
        }
        return failure
    }

    private func wait(until time: MonotonicTime, _ clocks: any Clocks) {
        while !end.isSet, trials.isEmpty {
            let left = time - clocks.monotonic
            guard left > .zero else { return }
            bell.wait(atMost: left)
        }
    }
}
