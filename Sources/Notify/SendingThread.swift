internal import CCurl
internal import Platform
import Synchronization

/// A thread that sends requests on one way, woken when there is something to send.
///
/// It calls its owner's `step` again and again, at least once a second. Whoever starts it ends it.
final class SendingThread: Sendable {
    /// Set once the thread is to end; cancels a request.
    let cancel: Latch
    private let trials: TrialQueue
    private let bell: Doorbell
    private let thread = Mutex<NamedThread?>(nil)

    init(_ way: Trial.Way) throws(SystemError) {
        trials = TrialQueue(way)
        bell = try Doorbell()
        cancel = try Latch()
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - make: makes what the thread knows; called on it, as all of these are.
    ///   - step: does what is due, and returns whether more is due at once.
    ///   - last: called once after the last step.
    func start<State>(
        _ name: String, _ make: @escaping @Sendable () -> State,
        step: @escaping @Sendable (inout State) -> Bool,
        last: @escaping @Sendable (inout State) -> Void = { _ in }
    ) throws(SystemError) {
        _ = ccurl_global_init()
        let made = try NamedThread(name: name) { [self] in
            var state = make()
            while !cancel.isSet {
                if !step(&state), !cancel.isSet { bell.wait(atMost: .seconds(1)) }
            }
            last(&state)
        }
        thread.withLock { $0 = made }
    }

    /// Wakes the thread.
    func wake() { bell.ring() }

    /// Tells of a trial at once.
    func tell(_ trial: Trial) {
        trials.append(trial)
        wake()
    }

    /// Takes the trials that were told of since.
    func takeTrials() -> [Trial] { trials.take() }

    /// Begins to end the thread; `stop` waits for it.
    func end() {
        trials.close()
        cancel.set()
        wake()
    }

    /// Ends the thread and waits for that.
    func stop() {
        end()
        thread.withLock { $0.take() }?.join()
    }
}
