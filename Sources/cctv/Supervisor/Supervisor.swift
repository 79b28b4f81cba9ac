import Platform
import Synchronization

/// Runs the recording on a thread of its own, so that signals are heard while cameras are joined.
final class Supervisor: Sendable {
    private enum Order {
        case reload
        case end
    }

    /// Rung once everything has ended.
    let ended: Doorbell
    private let orders = Mutex<[Order]>([])
    private let bell: Doorbell
    private let thread = Mutex<NamedThread?>(nil)
    private let isDone = Atomic<Bool>(false)

    /// Starts to record, if the settings say so.
    init(_ parts: SupervisorLoop.Parts) throws(SystemError) {
        ended = try Doorbell()
        bell = try Doorbell()
        let thread = try NamedThread(name: "supervisor") { [self] in
            var loop = SupervisorLoop(parts)
            run(&loop)
            isDone.store(true, ordering: .releasing)
            ended.ring()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Reads the settings again, soon.
    func reload() { give(.reload) }

    /// Ends every clip and the thread, soon; `ended` rings then.
    func end() { give(.end) }

    /// Whether the thread has nothing left to do.
    var hasEnded: Bool { isDone.load(ordering: .acquiring) }

    /// Waits until the thread has ended.
    func join() { thread.withLock { $0.take() }?.join() }

    private func give(_ order: Order) {
        orders.withLock { $0.append(order) }
        bell.ring()
    }

    private func run(_ loop: inout SupervisorLoop) {
        loop.begin()
        while true {
            let taken = orders.withLock { orders in
                defer { orders = [] }
                return orders
            }
            for order in taken {
                switch order {
                case .reload: _ = loop.reload()
                case .end: return loop.finish()
                }
            }
            loop.wait(orFor: bell, atMost: .seconds(1))
            loop.tick()
        }
    }
}
