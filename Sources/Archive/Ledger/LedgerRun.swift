import Platform

/// A ledger while it is kept: what it knows, and the file that its lines go to.
struct LedgerRun {
    /// Lines that wait while the disk takes none; more are not kept.
    static let greatestBacklog = 20_000
    /// How often the heartbeat is written; a wait that takes this much longer was a freeze.
    static let heartbeatInterval = Duration.seconds(2)

    private var book: LedgerBook
    private var writing: LedgerWriting

    /// Goes on where a file ends.
    ///
    /// - Parameter remnant: what was written aside by runs before this one.
    init(_ file: LedgerFile, after remnant: LedgerRemnant?, now: Instant) {
        writing = LedgerWriting(file: file, now: now.monotonic)
        var contents = writing.open(now)
        var heartbeat = try? file.heartbeat()
        var lines: [LedgerEntry] = []
        if let remnant {
            lines = remnant.lines(behind: contents.entries, heartbeat: heartbeat)
            contents.entries += lines
            heartbeat = remnant.heartbeat ?? heartbeat
        }
        book = LedgerBook(GapHistory(contents.entries), heartbeat: heartbeat, now: now)
        book.lines = lines + book.lines
        if contents.unreadable > 0 { book.notices.append(.unreadable(lines: contents.unreadable)) }
    }

    /// How long each camera's pictures were missing, by cause.
    private(set) var missing: [String: [LedgerCause: Duration]] = [:]

    /// Whether a power cut would take nothing of what was told.
    var isSafe: Bool { book.lines.isEmpty && writing.isSafe }

    /// What a person should hear, since it was last taken.
    mutating func takeNotices() -> [GapNotice] {
        defer { book.notices = [] }
        return book.notices
    }

    /// Takes what was told, and writes what follows from it.
    ///
    /// - Parameter before: when it was begun to be waited for, for at most a second.
    /// - Returns: whether more will be told.
    mutating func take(
        _ messages: [LedgerMessage], since before: Instant, now: Instant
    ) -> Bool {
        var goesOn = true
        if now.monotonic - before.monotonic > .seconds(1) + Self.heartbeatInterval {
            book.apply(.frozen(from: before), of: nil, now: now)
        }
        for message in messages {
            switch message {
            case .event(let event, let camera, let at): book.apply(event, of: camera, now: at)
            case .cameras(let names, let at): book.enable(names, now: at)
            case .loss(let camera, let packets, let frames):
                book.lose(packets: packets, frames: frames, of: camera)
            case .deleted(let camera, let start): book.delete(start, of: camera)
            case .stop: goesOn = false
            }
        }
        book.tick(now: now, isLast: !goesOn)
        missing = book.missing.totals(at: now.monotonic)
        if let outcome = writing.write(&book.lines, now: now, isLast: !goesOn) {
            book.notices.append(outcome)
        }
        book.lines.removeFirst(max(0, book.lines.count - Self.greatestBacklog))
        return goesOn
    }
}

/// What recorders that did not see their volume have left aside.
struct LedgerRemnant {
    let entries: [LedgerEntry]
    let heartbeat: Instant?

    /// Reads it; nil if there is none.
    init?(_ aside: LedgerFile) {
        guard let entries = (try? aside.read())?.entries, !entries.isEmpty else { return nil }
        self.init(entries: entries, heartbeat: (try? aside.heartbeat()) ?? nil)
    }

    init(entries: [LedgerEntry], heartbeat: Instant?) {
        self.entries = entries
        self.heartbeat = heartbeat
    }

    /// The lines for the end of the volume's own, whose recorder last said at `heartbeat` that it runs.
    ///
    /// None if they stand there already: the disk may have gone again before they were removed here.
    func lines(behind own: [LedgerEntry], heartbeat: Instant?) -> [LedgerEntry] {
        guard let first = entries.first, !own.contains(first) else { return [] }
        return GapHistory(own).absence(since: heartbeat) + entries
    }
}

/// When what is written, and how a disk that takes nothing is taken.
private struct LedgerWriting {
    /// How long lines may wait for the disk to make them safe, unless one ends a gap.
    private static let syncInterval = Duration.seconds(5)
    private static let pruneInterval = Duration.seconds(6 * 3600)

    let file: LedgerFile
    private var isFailing = false
    private var unsafeSince: MonotonicTime?
    private var nextBeat: MonotonicTime
    private var nextPrune: MonotonicTime

    init(file: LedgerFile, now: MonotonicTime) {
        self.file = file
        nextBeat = now
        nextPrune = now + Self.pruneInterval
    }

    var isSafe: Bool { unsafeSince == nil }

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
                    isLast || now.monotonic - since >= Self.syncInterval
                    || lines.contains(where: \.endsGap)
                if isSafe || !lines.isEmpty { try file.append(lines, isSafe: isSafe) }
                unsafeSince = isSafe ? nil : since
                lines = []
            }
            if isLast || now.monotonic >= nextBeat {
                nextBeat = now.monotonic + LedgerRun.heartbeatInterval
                try file.beat(now)
            }
            if now.monotonic >= nextPrune {
                nextPrune = now.monotonic + Self.pruneInterval
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

extension LedgerEntry {
    /// Whether pictures come again with it.
    fileprivate var endsGap: Bool {
        if case .state(_, .recording, _) = kind { true } else { false }
    }
}
