import Platform
import TestSupport
import Testing

@testable import Notify

/// What a person hears who tries whether notices arrive.
struct TrialTests {
    private let notice = Notice(
        .test, at: WallTime(nanoseconds: 1_740_304_800_000_000_000), problems: 0, text: "a test")
    private let identity = Notifier.Identity(id: "1", host: "host", version: "1")

    @Test(.timeLimit(.minutes(1)))
    func `a server that is silent on every way is named a failure before patience ends`()
        async throws
    {
        let server = try SilentServer()
        let notifier = try Notifier(
            settings: server.settings, identity: identity, outbox: nil, report: { _ in })
        let clocks = SystemClocks()
        let began = clocks.monotonic
        let outcome = await notifier.sendTest().outcome(clocks: clocks)
        notifier.stop()
        #expect(clocks.monotonic - began < Trial.patience)
        #expect(outcome.map(\.way) == [.webhook, .mqtt, .ping])
        #expect(
            outcome.map(\.fate) == [
                .failed("Timeout was reached"), .failed("the broker does not answer"),
                .failed("Timeout was reached"),
            ])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a trial that stands behind a server's silence says when patience ends`() async {
        let clocks = ManualClocks()
        let trial = Trial(notice, ways: [.webhook, .ping])
        trial.settle(.ping, .arrived)
        async let outcome = trial.outcome(clocks: clocks)
        while !trial.isSettled {
            clocks.advance(by: .seconds(1))
            await Task.yield()
        }
        #expect(
            await outcome.map(\.fate) == [
                .failed("no answer came within 12 seconds"), .arrived,
            ])
        trial.settle(.webhook, .arrived)
        #expect(trial.fates[.webhook] != .arrived, "what was said stays said")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a trial is answered at once when the settings change meanwhile`() throws {
        let server = try SilentServer()
        let notifier = try Notifier(
            settings: server.settings, identity: identity, outbox: nil, report: { _ in })
        let before = notifier.sendTest()
        #expect(!before.isSettled)
        notifier.stop()
        let after = notifier.sendTest()
        for trial in [before, after] {
            #expect(trial.fates == [.webhook: .cancelled, .mqtt: .cancelled, .ping: .cancelled])
        }
    }

    @Test func `a way that ends answers for all that wait for it`() {
        let queue = TrialQueue(.mqtt)
        let trials = (0..<3).map { _ in Trial(notice, ways: [.mqtt]) }
        queue.append(trials[0])
        #expect(queue.take().count == 1)
        queue.append(trials[1])
        queue.close()
        queue.append(trials[2])
        #expect(queue.isEmpty && queue.take().isEmpty)
        #expect(!trials[0].isSettled, "whoever took it answers for it")
        #expect(trials[1...].allSatisfy { $0.fates == [.mqtt: .cancelled] })
    }
}

extension SilentServer {
    /// Every way leads to it.
    fileprivate var settings: NotifySettings {
        var settings = NotifySettings()
        settings.webhook = NotifySettings.Webhook(url: "http://127.0.0.1:\(port)/hook")
        settings.broker = NotifySettings.Broker(host: "127.0.0.1", port: port, isSecure: false)
        settings.pingURL = "http://127.0.0.1:\(port)/ping"
        return settings
    }
}
