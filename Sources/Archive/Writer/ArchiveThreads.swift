import Platform
import Synchronization

/// The writer thread: takes messages until it was told to stop and all clips are final.
///
/// - Parameter makeEngine: called on the thread, which alone uses the engine.
func writerLoop(
    _ mailbox: Mailbox<WriterMessage>, _ pulse: Pulse, makeEngine: () -> ClipEngine?
) {
    guard let engine = makeEngine() else { return }
    var isStopping = false
    while !isStopping || !engine.isIdle {
        for message in mailbox.take(waitingAtMost: .seconds(1)) {
            if case .stop = message { isStopping = true }
            pulse.beat()
            engine.perform(message)
        }
        pulse.beat()
        engine.tick()
    }
}

/// The sync thread: takes jobs until it was told to stop.
func syncLoop(_ mailbox: Mailbox<SyncMessage>, makeEngine: () -> SyncEngine) {
    let engine = makeEngine()
    var isStopping = false
    repeat {
        for message in mailbox.take(waitingAtMost: engine.idleTime) {
            switch message {
            case .job(let job): engine.accept(job)
            case .stop: isStopping = true
            }
        }
        if isStopping { engine.forgetRecoveries() }
    } while engine.step() || !isStopping
}

/// Gives a volume to a thread and keeps no reference to it.
final class Handover: Sendable {
    private let volume: Mutex<VolumeState?>

    init(_ volume: VolumeState) { self.volume = Mutex(volume) }

    /// The volume, once; nil after that.
    func take() -> VolumeState? { volume.withLock { $0.take() } }
}
