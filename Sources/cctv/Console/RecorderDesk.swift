import Archive
import Console
import Platform
import Synchronization

/// The recorder as its console sees it: answers what it is asked and passes on what it is told.
///
/// What waits for a disk is done on threads of its own, what concerns the recording on the
/// supervisor's; see the files beside this one for each kind of question.
final class RecorderDesk: RecorderReading, RecorderCommanding {
    /// Where the answers come from.
    struct Parts: Sendable {
        let settings: Settings
        let loader: SettingsLoader
        let writer: ArchiveWriter
        let archive: ArchiveReporter
        let log: Log
        let clocks: any Clocks
        let orders: SupervisorOrders
        let announcer: Announcer
        /// Who the volume is.
        let volume: String
        /// What is remembered of volumes, so that one that is accepted is noticed.
        let known: KnownVolumes
    }

    let parts: Parts
    let board: StatusBoard
    let hub = EventHub()
    /// Reads the index and the ledger.
    let reading: WorkThread<Reading>
    /// Saves settings and looks exports through: what may take a while, one after the other.
    let chores: WorkThread<Void>
    /// Looks at cameras and for them.
    let search: CameraSearch
    /// Looks at cameras for longer, to say what is wrong with them.
    let doctor: CheckupRunner
    /// Shows what cameras see and saw.
    let pictures: Pictures
    let exporting: ExportQueue
    /// When watchers were last told of the state, and what was worth telling of it.
    private let told = Mutex<(at: MonotonicTime, digest: [String])?>(nil)

    /// How often watchers are told of a state that only counts on, and how often at most of one
    /// that changed.
    private static let statusInterval = Duration.seconds(2)
    private static let shortestStatusInterval = Duration.milliseconds(450)

    /// Starts the threads.
    ///
    /// - Throws: `SystemError` if the system has no room for them.
    init(_ parts: Parts) throws(SystemError) {
        self.parts = parts
        board = StatusBoard(
            settings: parts.settings, archive: parts.archive, writer: parts.writer,
            clocks: parts.clocks)
        let (folder, live) = (parts.settings.outputFolder, parts.writer.board)
        reading = try WorkThread(name: "console-read") {
            Reading(volume: VolumeReader(folder: folder, live: live))
        }
        chores = try WorkThread(name: "console-chores") {}
        search = try CameraSearch()
        doctor = try CheckupRunner(clocks: parts.clocks)
        pictures = try Pictures(clocks: parts.clocks)
        exporting = try ExportQueue(
            folder: folder, isVolumeThere: !parts.archive.volumeHealth.isAway,
            writer: parts.writer, clocks: parts.clocks
        ) { [hub] record in hub.send(.export(record)) }
        parts.log.recent.listen { [hub] line in hub.send(.log(LogLine(line))) }
    }

    /// Takes over what the supervisor decided, and tells watchers; called on its thread.
    func show(_ facts: StatusBoard.Facts) {
        board.show(facts)
        doctor.endIfNobodyAsks()
        guard hub.isWatched else { return }
        let now = parts.clocks.monotonic
        let last = told.withLock { $0 }
        if let last, now - last.at < Self.shortestStatusInterval { return }
        let status = board.status
        let digest = status.digest
        if let last, last.digest == digest, now - last.at < Self.statusInterval { return }
        told.withLock { $0 = (now, digest) }
        hub.send(.status(status))
    }

    /// Closes what is open on the volume, whose disk went.
    func letGoOfVolume() {
        reading.tell { $0.letGo() }
        exporting.letGoOfVolume()
    }

    /// Looks at the volume again, whose disk came back.
    func returnToVolume() {
        reading.tell { $0.isAway = false }
        exporting.returnToVolume()
    }

    /// Ends the threads and every stream; called once, on the supervisor's thread.
    func stop() {
        parts.log.recent.listen(nil)
        hub.close()
        search.stop()
        doctor.stop()
        pictures.stop()
        exporting.stop()
        chores.stop()
        reading.stop()
    }

    func status() async -> RecorderStatus { board.status }

    func events() -> AsyncStream<RecorderEvent> { hub.watch(first: .status(board.status)) }

}

extension RecorderFailure {
    /// Nobody has that name.
    static func noCamera(_ name: String) -> RecorderFailure {
        RecorderFailure(
            .notFound, code: "camera.unknown",
            "There is no camera '\(name)'; look at its name in the settings.", field: "camera")
    }

    /// The recordings' disk is not mounted.
    static let volumeAway = RecorderFailure(
        .unavailable, code: "volume.away",
        "The recordings' disk is not mounted; mount it, and they are there again.")

    /// The volume cannot be read now.
    init(_ fault: IndexFault) {
        switch fault {
        case .system(let error): self.init(reading: error)
        case .database(let error):
            self.init(
                .unavailable, code: "index.unavailable",
                "The list of clips cannot be read now: \(error)")
        }
    }

    /// The volume's folder or a file in it cannot be read now.
    init(reading error: SystemError) {
        self.init(
            .unavailable, code: "volume.unavailable",
            "The recordings cannot be read now: \(error). Look whether their disk is mounted.")
    }
}
