/// What the console asks of a recorder without changing it.
///
/// Every method may be called from any task and at any rate. None blocks the calling thread: what
/// reads a disk or a database does so on a thread of its own. What concerns one camera takes its
/// name; a name that nobody has is `RecorderFailure.Kind.notFound`.
public protocol RecorderReading: Sendable {
    /// The present state; costs no I/O.
    func status() async -> RecorderStatus
    /// State and log as they change: the state at once and then at most twice a second, each line of
    /// the log as it is written. Ends when the recorder does or the caller lets go of it.
    func events() -> AsyncStream<RecorderEvent>

    /// Clips, newest or oldest first, a page at a time.
    func clips(_ query: ClipListQuery) async throws(RecorderFailure) -> ClipPage
    /// One clip by its number.
    func clip(_ id: Int64) async throws(RecorderFailure) -> ClipRecord
    /// The file of a clip, opened; of a clip that is being recorded, its whole fragments so far.
    func clipFile(_ id: Int64, _ frames: ClipFrames) async throws(RecorderFailure) -> ServedFile
    /// Time that is in no clip, with its causes.
    func gaps(_ query: SpanQuery) async throws(RecorderFailure) -> [GapRecord]
    /// Clips, gaps and protections of some cameras, as the time line draws them.
    func timeline(_ query: SpanQuery) async throws(RecorderFailure) -> Timeline
    /// How much of a camera's time was recorded, and why the rest was not.
    func coverage(_ query: SpanQuery) async throws(RecorderFailure) -> [CoverageRecord]
    /// A JPEG of a camera: the last key frame that was received, or the one at or before a time of
    /// the recordings. `width` in pixels is at most what is returned; nil is the camera's own size.
    func picture(
        of camera: String, at time: Timestamp?, width: Int?
    ) async throws(RecorderFailure) -> [UInt8]

    /// What is protected from deletion.
    func protections() async throws(RecorderFailure) -> [ProtectionRecord]
    /// Exports that run, wait or are finished, the newest first.
    func exports() async -> [ExportRecord]
    /// What an export would be, before it is made.
    func estimate(_ request: ExportDraft) async throws(RecorderFailure) -> ExportEstimate
    /// The file of a finished export, or its manifest, opened.
    func exportFile(_ id: Int64, _ part: ExportPart) async throws(RecorderFailure) -> ServedFile

    /// How full the volume is and with what.
    func storage() async throws(RecorderFailure) -> StorageReport
    /// What has happened since the start, as numbers for `/metrics`; costs no I/O.
    func counters() async -> RecorderCounters
    /// Every setting with its value, origin and meaning; secrets are only said to be set.
    func settings() async throws(RecorderFailure) -> SettingsDocument
    /// Lines of the log, the newest first.
    func log(_ query: LogQuery) async throws(RecorderFailure) -> LogPage
    /// The log file as it is, opened.
    func logFile() async throws(RecorderFailure) -> ServedFile

    /// The doctor's last look at cameras; nil if there was none since the start. It goes on as long as
    /// somebody asks for it who sees one of its cameras.
    ///
    /// - Parameter cameras: those that whoever asks sees; nil for all.
    func checkup(among cameras: Set<String>?) async -> CheckupRecord?
    /// A tar archive for a bug report: the finished look, the settings without secrets, the state and
    /// the end of the log. `conflict` if no look is finished.
    func checkupBundle() async throws(RecorderFailure) -> [UInt8]
}

extension RecorderReading {
    /// A recorder that counts nothing.
    public func counters() async -> RecorderCounters { RecorderCounters() }
}

/// Something that changed while the console watches.
public enum RecorderEvent: Sendable {
    /// The whole present state.
    case status(RecorderStatus)
    /// A line that was added to the log.
    case log(LogLine)
    /// An export that began, went on, ended or was removed.
    case export(ExportRecord)
}
