public import Platform
import Synchronization

/// Keeps the gap ledger of a volume while a recorder runs: events in, lines of its file out.
///
/// A thread of its own does the writing, so that a slow disk delays no camera; whoever tells it
/// something does not wait.
public final class LedgerKeeper: Sendable {
    /// Where lines go.
    private struct Files {
        let volume: LedgerFile
        /// While the volume's disk is away from the start on; nil keeps them in memory only.
        let aside: LedgerFile?
    }

    private let mailbox: Mailbox<LedgerMessage>
    private let thread: NamedThread
    private let clocks: any Clocks
    private let totals: Totals

    /// What is missing, for whoever asks.
    private final class Totals: Sendable {
        let value = Mutex<[String: [LedgerCause: Duration]]>([:])
    }

    /// Starts the thread, which first reads the file and fills in the time without a recorder.
    ///
    /// - Parameters:
    ///   - aside: from `LedgerFile(aside:)`: what is written there while the volume's disk is away goes
    ///     into `file` once it is there, also if that is in a later run.
    ///   - onNotice: called on the ledger's thread; must not wait for it.
    /// - Throws: `SystemError` if the system has no room for the thread.
    public init(
        file: LedgerFile, aside: LedgerFile? = nil, clocks: any Clocks = SystemClocks(),
        onNotice: @escaping @Sendable (GapNotice) -> Void
    ) throws(SystemError) {
        let mailbox = try Mailbox<LedgerMessage>()
        self.mailbox = mailbox
        self.clocks = clocks
        let totals = Totals()
        self.totals = totals
        thread = try NamedThread(name: "ledger") {
            Self.run(mailbox, Files(volume: file, aside: aside), clocks, totals, onNotice)
        }
    }

    /// How long each camera's pictures were missing since the recorder started, by cause.
    ///
    /// Empty until the volume is there for the first time, then as of a second ago at most; no number
    /// ever falls. Any thread may ask.
    public var missing: [String: [LedgerCause: Duration]] { totals.value.withLock { $0 } }

    /// Tells what happened to one camera, or to all that are known; it happened now.
    public func tell(_ event: LedgerEvent, of camera: String? = nil) {
        mailbox.send(.event(event, camera: camera, Instant(clocks)))
    }

    /// Tells which cameras are to be recorded from now on.
    public func enable(_ cameras: [String]) {
        mailbox.send(.cameras(cameras, Instant(clocks)))
    }

    /// Tells that packets or frames were lost while a clip was recorded.
    public func lose(packets: Int = 0, frames: Int = 0, of camera: String) {
        mailbox.send(.loss(camera: camera, packets: packets, frames: frames))
    }

    /// Tells that a clip was deleted to keep a limit.
    public func delete(clipBegunAt start: WallTime, of camera: String) {
        mailbox.send(.deleted(camera: camera, start: start))
    }

    /// Writes everything, makes it safe and ends the thread; a second call returns at once.
    public func stop() {
        mailbox.send(.stop)
        thread.join()
    }

    private static func run(
        _ mailbox: Mailbox<LedgerMessage>, _ files: Files, _ clocks: any Clocks, _ totals: Totals,
        _ onNotice: (GapNotice) -> Void
    ) {
        let now = Instant(clocks)
        let left = files.aside.flatMap { LedgerRemnant($0) }
        guard var early = heardBefore(files, mailbox, now, clocks) else { return }
        var run = LedgerRun(files.volume, after: left, now: now)
        var (goesOn, isAsideOver) = (true, false)
        while goesOn {
            let before = Instant(clocks)
            let messages = early + mailbox.take(waitingAtMost: .seconds(early.isEmpty ? 1 : 0))
            early = []
            goesOn = run.take(messages, since: before, now: Instant(clocks))
            if run.isSafe, !isAsideOver {
                isAsideOver = true
                try? files.aside?.remove()
            }
            let missing = run.missing
            totals.value.withLock { $0 = missing }
            for notice in run.takeNotices() { onNotice(notice) }
        }
    }

    /// Waits for the volume, without whose file nobody knows what was before, and returns what is told
    /// meanwhile, as far as the ledger needs it; nil if the end comes first.
    ///
    /// What is told is also written aside, for the next recorder if this one does not see the volume.
    private static func heardBefore(
        _ files: Files, _ mailbox: Mailbox<LedgerMessage>, _ now: Instant, _ clocks: any Clocks
    ) -> [LedgerMessage]? {
        guard !files.volume.isThere else { return [] }
        var heard: [LedgerMessage] = []
        var aside = files.aside.map { LedgerRun($0, after: nil, now: now) }
        while !files.volume.isThere {
            let before = Instant(clocks)
            let messages = mailbox.take(waitingAtMost: .seconds(1))
            _ = aside?.take(messages, since: before, now: Instant(clocks))
            heard += messages
            if heard.contains(where: { if case .stop = $0 { true } else { false } }) { return nil }
            LedgerMessage.trim(&heard, to: LedgerRun.greatestBacklog)
        }
        return heard
    }
}
