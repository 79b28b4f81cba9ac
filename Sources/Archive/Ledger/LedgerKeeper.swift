public import Platform
import Synchronization

/// Keeps the gap ledger of a volume while a recorder runs: events in, lines of its file out.
///
/// A thread of its own does the writing, so that a slow disk delays no camera; whoever tells it
/// something does not wait.
public final class LedgerKeeper: Sendable {
    private enum Message: Sendable {
        case event(LedgerEvent, camera: String?, Instant)
        case cameras([String], Instant)
        case loss(camera: String, packets: Int, frames: Int)
        case deleted(camera: String, start: WallTime)
        case stop
    }

    /// How often the heartbeat is written; a wait that takes this much longer was a freeze.
    static let heartbeatInterval = Duration.seconds(2)
    /// How long lines may wait for the disk to make them safe, unless one ends a gap.
    private static let syncInterval = Duration.seconds(5)
    private static let pruneInterval = Duration.seconds(6 * 3600)
    /// Lines that wait while the disk takes none; more are not kept.
    private static let greatestBacklog = 20_000

    private let mailbox: Mailbox<Message>
    private let thread: NamedThread
    private let clocks: any Clocks
    private let totals: Totals

    /// What is missing, for whoever asks.
    private final class Totals: Sendable {
        let value = Mutex<[String: [LedgerCause: Duration]]>([:])
    }

    /// Starts the thread, which first reads the file and fills in the time without a recorder.
    ///
    /// - Parameter onNotice: called on the ledger's thread; must not wait for it.
    /// - Throws: `SystemError` if the system has no room for the thread.
    public init(
        file: LedgerFile, clocks: any Clocks = SystemClocks(),
        onNotice: @escaping @Sendable (GapNotice) -> Void
    ) throws(SystemError) {
        let mailbox = try Mailbox<Message>()
        self.mailbox = mailbox
        self.clocks = clocks
        let totals = Totals()
        self.totals = totals
        thread = try NamedThread(name: "ledger") {
            Self.run(mailbox, file, clocks, totals, onNotice)
        }
    }

    /// How long each camera's pictures were missing since the recorder started, by cause.
    ///
    /// As of a second ago at most; no number ever falls. Any thread may ask.
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
        _ mailbox: Mailbox<Message>, _ file: LedgerFile, _ clocks: any Clocks, _ totals: Totals,
        _ onNotice: (GapNotice) -> Void
    ) {
        let now = Instant(clocks)
        guard var early = heardBefore(file, mailbox) else { return }
        var writing = LedgerWriting(file: file, now: now.monotonic)
        let contents = writing.open(now)
        if contents.unreadable > 0 { onNotice(.unreadable(lines: contents.unreadable)) }
        var book = LedgerBook(
            GapHistory(contents.entries), heartbeat: try? file.heartbeat(), now: now)
        var goesOn = true
        while goesOn {
            let before = Instant(clocks)
            let messages = early + mailbox.take(waitingAtMost: .seconds(early.isEmpty ? 1 : 0))
            early = []
            let after = Instant(clocks)
            if after.monotonic - before.monotonic > .seconds(1) + heartbeatInterval {
                book.apply(.frozen(from: before), of: nil, now: after)
            }
            for message in messages {
                switch message {
                case .event(let event, let camera, let at):
                    book.apply(event, of: camera, now: at)
                case .cameras(let names, let at): book.enable(names, now: at)
                case .loss(let camera, let packets, let frames):
                    book.lose(packets: packets, frames: frames, of: camera)
                case .deleted(let camera, let start): book.delete(start, of: camera)
                case .stop: goesOn = false
                }
            }
            book.tick(now: after, isLast: !goesOn)
            let missing = book.missing.totals(at: after.monotonic)
            totals.value.withLock { $0 = missing }
            if let outcome = writing.write(&book.lines, now: after, isLast: !goesOn) {
                book.notices.append(outcome)
            }
            if book.lines.count > greatestBacklog {
                book.lines.removeFirst(book.lines.count - greatestBacklog)
            }
            for notice in book.notices { onNotice(notice) }
            book.notices = []
        }
    }

    /// Waits for the volume, without whose file nobody knows what was before, and returns what is told
    /// meanwhile; nil if the end comes first.
    private static func heardBefore(
        _ file: LedgerFile, _ mailbox: Mailbox<Message>
    ) -> [Message]? {
        var heard: [Message] = []
        while !file.isThere {
            heard += mailbox.take(waitingAtMost: .seconds(1))
            if heard.contains(where: { if case .stop = $0 { true } else { false } }) { return nil }
            heard.removeFirst(max(0, heard.count - greatestBacklog))
        }
        return heard
    }

    /// When what is written, and how a disk that takes nothing is taken.
    private struct LedgerWriting {
        let file: LedgerFile
        private var isFailing = false
        private var unsafeSince: MonotonicTime?
        private var nextBeat: MonotonicTime
        private var nextPrune: MonotonicTime

        init(file: LedgerFile, now: MonotonicTime) {
            self.file = file
            nextBeat = now
            nextPrune = now + pruneInterval
        }

        func open(_ now: Instant) -> LedgerFile.Contents {
            try? file.prune(now: now.wall)
            return (try? file.read()) ?? LedgerFile.Contents()
        }

        mutating func write(
            _ lines: inout [LedgerEntry], now: Instant, isLast: Bool
        ) -> GapNotice? {
            do throws(SystemError) {
                if !lines.isEmpty || unsafeSince != nil {
                    let since = unsafeSince ?? now.monotonic
                    let isSafe =
                        isLast || now.monotonic - since >= syncInterval
                        || lines.contains(where: \.endsGap)
                    if isSafe || !lines.isEmpty { try file.append(lines, isSafe: isSafe) }
                    unsafeSince = isSafe ? nil : since
                    lines = []
                }
                if isLast || now.monotonic >= nextBeat {
                    nextBeat = now.monotonic + heartbeatInterval
                    try file.beat(now)
                }
                if now.monotonic >= nextPrune {
                    nextPrune = now.monotonic + pruneInterval
                    try file.prune(now: now.wall)
                }
            } catch {
                defer { isFailing = true }
                return isFailing ? nil : .failed(error)
            }
            defer { isFailing = false }
            return isFailing ? .recovered : nil
        }
    }
}

extension LedgerEntry {
    /// Whether pictures come again with it.
    fileprivate var endsGap: Bool {
        if case .state(_, .recording, _) = kind { true } else { false }
    }
}
