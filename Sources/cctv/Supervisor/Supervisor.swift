import Platform
import Synchronization

/// Runs the recording on a thread of its own, so that signals are heard while cameras are joined.
final class Supervisor: Sendable {
    /// Rung once everything has ended.
    let ended: Doorbell
    private let orders: SupervisorOrders
    private let thread = Mutex<NamedThread?>(nil)
    private let isDone = Atomic<Bool>(false)
    private let isAnew = Atomic<Bool>(false)

    /// Starts to record, if the settings say so.
    init(_ parts: SupervisorLoop.Parts, orders: SupervisorOrders) throws(SystemError) {
        ended = try Doorbell()
        self.orders = orders
        let thread = try NamedThread(name: "supervisor") { [self] in
            run(parts)
            orders.close()
            isDone.store(true, ordering: .releasing)
            ended.ring()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Reads the settings again, soon.
    func reload() { orders.give(.reload) }

    /// Ends every clip and the thread, soon; `ended` rings then.
    func end() { orders.give(.end) }

    /// Whether the thread has nothing left to do.
    var hasEnded: Bool { isDone.load(ordering: .acquiring) }

    /// Whether the program is to begin again once this has ended.
    var beginsAnew: Bool { isAnew.load(ordering: .acquiring) }

    /// Waits until the thread has ended.
    func join() { thread.withLock { $0.take() }?.join() }

    private func run(_ parts: SupervisorLoop.Parts) {
        var loop = SupervisorLoop(parts)
        loop.begin()
        while true {
            for order in orders.take() {
                switch order {
                case .reload: _ = loop.reload()
                case .end:
                    loop.finish()
                    return
                case .beginAnew:
                    loop.finish(toBeginAnew: true)
                    isAnew.store(true, ordering: .releasing)
                    return
                case .work(let body, _): body(&loop)
                }
                loop.show()
            }
            orders.bell.wait(atMost: .milliseconds(500))
            loop.tick()
        }
    }
}
