import Console
import Glibc
import Platform
import Synchronization

/// A recorder whose whole state a test gives: what a console is asked is answered from it, and what it
/// is told is kept.
final class SampleRecorder: RecorderReading, RecorderCommanding {
    /// What the recorder was told to do, in words.
    let told = Mutex<[String]>([])
    /// What `status()` answers.
    let state: Mutex<RecorderStatus>
    /// The clip's bytes, if it has one.
    let clipPath: String?
    private let watchers = Mutex<[AsyncStream<RecorderEvent>.Continuation]>([])

    init(_ state: RecorderStatus = .sample(), clipPath: String? = nil) {
        self.state = Mutex(state)
        self.clipPath = clipPath
    }

    /// How many clients listen to events.
    var watcherCount: Int { watchers.withLock { $0.count } }

    /// Tells every listener something.
    func tell(_ event: RecorderEvent) {
        for watcher in watchers.withLock({ $0 }) { watcher.yield(event) }
    }

    private func note(_ text: String) { told.withLock { $0.append(text) } }

    private var missing: RecorderFailure {
        RecorderFailure(.notFound, code: "clip.unknown", "There is no such clip.")
    }

    func status() async -> RecorderStatus { state.withLock { $0 } }

    func events() -> AsyncStream<RecorderEvent> {
        let (events, pipe) = AsyncStream<RecorderEvent>.makeStream()
        pipe.yield(.status(state.withLock { $0 }))
        watchers.withLock { $0.append(pipe) }
        pipe.onTermination = { _ in _ = self.watchers.withLock { $0.popLast() } }
        return events
    }

    func clips(_ query: ClipListQuery) async throws(RecorderFailure) -> ClipPage {
        ClipPage(clips: [.sample], total: 1, totalBytes: 1000)
    }
    func clip(_ id: Int64) async throws(RecorderFailure) -> ClipRecord {
        guard id == 7 else { throw missing }
        return .sample
    }
    func clipFile(
        _ id: Int64, _ frames: ClipFrames
    ) async throws(RecorderFailure) -> ServedFile {
        guard id == 7, let clipPath else { throw missing }
        let descriptor = open(clipPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw missing }
        var facts = stat()
        fstat(descriptor, &facts)
        return ServedFile(
            descriptor: descriptor, length: Int64(facts.st_size), entityTag: "v1",
            mediaType: "video/mp4", name: "front 08-00.mp4", modified: .sample, grows: false)
    }
    func gaps(_ query: SpanQuery) async throws(RecorderFailure) -> [GapRecord] { [] }
    func timeline(_ query: SpanQuery) async throws(RecorderFailure) -> Timeline {
        Timeline(from: query.from, to: query.to, lanes: [])
    }
    func coverage(_ query: SpanQuery) async throws(RecorderFailure) -> [CoverageRecord] { [] }
    func picture(
        of camera: String, at time: Timestamp?, width: Int?
    ) async throws(RecorderFailure) -> [UInt8] { [0xff, 0xd8, 0xff, 0xd9] }
    func protections() async throws(RecorderFailure) -> [ProtectionRecord] { [] }
    func exports() async -> [ExportRecord] { [] }
    func estimate(_ request: ExportDraft) async throws(RecorderFailure) -> ExportEstimate {
        ExportEstimate(parts: [], bytes: 0)
    }
    func exportFile(
        _ id: Int64, _ part: ExportPart
    ) async throws(RecorderFailure) -> ServedFile { throw missing }
    func storage() async throws(RecorderFailure) -> StorageReport {
        throw RecorderFailure(.unavailable, code: "volume.down", "The disk is away.")
    }
    func settings() async throws(RecorderFailure) -> SettingsDocument { .sample }
    func log(_ query: LogQuery) async throws(RecorderFailure) -> LogPage { LogPage(lines: []) }
    func logFile() async throws(RecorderFailure) -> ServedFile { throw missing }
    func checkup(among cameras: Set<String>?) async -> CheckupRecord? {
        told.withLock { $0.contains("doctor all 30 s") } ? .sample : nil
    }
    func checkupBundle() async throws(RecorderFailure) -> [UInt8] { Array("tar".utf8) }

    func setRecording(_ isOn: Bool, camera: String?) async throws(RecorderFailure) {
        note("recording \(isOn) \(camera ?? "all")")
    }
    func reload() async throws(RecorderFailure) { note("reload") }
    func change(_ settings: SettingsChange) async throws(RecorderFailure) -> SettingsDocument {
        let values = settings.values.sorted { $0.key < $1.key }
        note(values.map { "\($0.key)=\($0.value ?? "nil")" }.joined(separator: " "))
        return .sample
    }
    func add(_ camera: CameraDraft) async throws(RecorderFailure) -> CameraSettingsRecord {
        note("add \(camera.name ?? "")")
        return .sample
    }
    func change(
        camera name: String, _ change: CameraDraft
    ) async throws(RecorderFailure) -> CameraSettingsRecord { .sample }
    func remove(camera name: String) async throws(RecorderFailure) { note("remove \(name)") }
    func probe(_ request: ProbeRequest) async throws(RecorderFailure) -> ProbeRecord {
        throw RecorderFailure(.unavailable, code: "camera.silent", "It does not answer.")
    }
    func discover() async throws(RecorderFailure) -> [DiscoveredCamera] { [] }
    func beginCheckup(_ request: CheckupRequest) async throws(RecorderFailure) -> CheckupRecord {
        note("doctor \(request.camera ?? "all") \(request.seconds ?? 30) s")
        return .sample
    }
    func endCheckup(among cameras: Set<String>?) async {
        note("doctor ends" + (cameras.map { " among \($0.sorted())" } ?? ""))
    }
    func adoptVolume() async throws(RecorderFailure) { note("adopt") }
    func protect(_ draft: ProtectionDraft) async throws(RecorderFailure) -> ProtectionRecord {
        ProtectionRecord(
            number: 1, camera: draft.camera, from: draft.from, to: draft.to,
            note: draft.note ?? "", bytes: 0)
    }
    func unprotect(_ number: Int64) async throws(RecorderFailure) { note("unprotect \(number)") }
    func export(_ request: ExportDraft) async throws(RecorderFailure) -> [ExportRecord] { [] }
    func removeExport(_ id: Int64) async throws(RecorderFailure) { note("remove export \(id)") }
}

extension Timestamp {
    /// 2025-02-23T09:00:00Z, a Sunday.
    static let sample = Timestamp(WallTime(nanoseconds: 1_740_301_200_000_000_000))
}

extension RecorderStatus {
    /// One camera, `front`, that is recorded.
    static func sample() -> RecorderStatus {
        RecorderStatus(
            state: .recording, recording: true, version: "1", pid: 1, started: .sample,
            now: .sample, timeZone: "Europe/Paris", clockTrusted: true, outputFolder: "/srv",
            queuedBytes: 0, volume: VolumeStatus(ok: true),
            cameras: [
                CameraReport(
                    name: "front", state: .recording, url: "rtsp://camera/1", lastVideo: .sample,
                    frames: 1, bytes: 1, sessions: 1, lostPackets: 0, droppedFrames: 0,
                    timeRepairs: 0)
            ],
            problems: [])
    }
}

extension ClipRecord {
    static let sample = ClipRecord(
        id: 7, camera: "front", path: "2025-02-23/a.mp4", start: .sample, end: .sample, seconds: 1,
        bytes: 1000, open: false, protected: false, clockUncertain: false, lostPackets: 0)
}

extension CheckupRecord {
    static let sample = CheckupRecord(
        state: .running, started: .sample, seconds: 30, progress: 0.5,
        cameras: [
            Visit(
                camera: "front", state: .finished,
                findings: [Finding(level: .bad, code: "key-frames", text: "few", advice: "more")])
        ])
}

extension CameraSettingsRecord {
    static let sample = CameraSettingsRecord(
        name: "front", url: "rtsp://camera/1", username: "cctv", hasPassword: true, enabled: true,
        listed: true, overrides: ["VIDEO_CLIP_DURATION": "60"])
}

extension SettingsDocument {
    static let sample = SettingsDocument(file: "/srv/config.json", keys: [], cameras: [.sample])
}
