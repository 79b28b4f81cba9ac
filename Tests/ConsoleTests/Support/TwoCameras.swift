import Glibc
import Platform

@testable import Console

/// A recorder with two cameras, `front` and `cellar`, that tells of both whatever it is asked.
///
/// Clips, exports and protections number 1 are of `front`, number 2 of `cellar`, protection 3 of all.
struct TwoCameras: RecorderReading {
    /// Takes commands and answers what is about no camera.
    let base = SampleRecorder(.twoCameras)
    private let names = ["front", "cellar"]

    private func clip(_ camera: String) -> ClipRecord {
        var clip = ClipRecord.sample
        clip.id = camera == "front" ? 1 : 2
        (clip.camera, clip.path) = (camera, "\(camera)/a.mp4")
        return clip
    }

    private func gap(_ camera: String) -> GapRecord {
        GapRecord(camera: camera, cause: "stalled", detail: camera, start: .sample, end: .sample)
    }

    private func line(_ camera: String?) -> LogLine {
        LogLine(
            position: 1, time: .sample, level: "INFO", event: "settings.reloaded", camera: camera,
            message: camera.map { "\($0) records" } ?? "the cameras are front and cellar")
    }

    private func protection(_ number: Int64, _ camera: String?) -> ProtectionRecord {
        ProtectionRecord(
            number: number, camera: camera, from: .sample, to: .sample, note: camera ?? "cellar",
            bytes: 1)
    }

    private func export(_ camera: String) -> ExportRecord {
        ExportRecord(
            id: camera == "front" ? 1 : 2, camera: camera, from: .sample, to: .sample,
            exact: false, created: .sample, state: .finished, progress: 1)
    }

    private func file(_ name: String) throws(RecorderFailure) -> ServedFile {
        ServedFile(
            descriptor: open("/dev/null", O_RDONLY | O_CLOEXEC), length: 0, entityTag: "v1",
            mediaType: "video/mp4", name: "\(name).mp4", modified: .sample, grows: false)
    }

    private func camera(_ id: Int64) throws(RecorderFailure) -> String {
        guard id == 1 || id == 2 else {
            throw RecorderFailure(.notFound, code: "unknown", "There is none.")
        }
        return names[Int(id) - 1]
    }

    func status() async -> RecorderStatus { await base.status() }

    func events() -> AsyncStream<RecorderEvent> {
        let (events, pipe) = AsyncStream<RecorderEvent>.makeStream()
        pipe.yield(.status(.twoCameras))
        for camera in [nil, "cellar", "front"] { pipe.yield(.log(line(camera))) }
        for camera in ["cellar", "front"] { pipe.yield(.export(export(camera))) }
        pipe.finish()
        return events
    }

    func clips(_ query: ClipListQuery) async throws(RecorderFailure) -> ClipPage {
        let wanted = query.camera.map { [$0] } ?? query.among ?? names
        let clips = names.filter(wanted.contains).map(clip)
        return ClipPage(clips: clips, total: clips.count, totalBytes: 1)
    }
    func clip(_ id: Int64) async throws(RecorderFailure) -> ClipRecord { clip(try camera(id)) }
    func clipFile(
        _ id: Int64, _ frames: ClipFrames
    ) async throws(RecorderFailure) -> ServedFile {
        try file(try camera(id))
    }
    func gaps(_ query: SpanQuery) async throws(RecorderFailure) -> [GapRecord] { names.map(gap) }
    func timeline(_ query: SpanQuery) async throws(RecorderFailure) -> Timeline {
        let lanes = names.map { name in
            Timeline.Lane(
                camera: name, configured: true, clips: [], gaps: [gap(name)],
                protections: [protection(3, nil)])
        }
        return Timeline(from: query.from, to: query.to, lanes: lanes)
    }
    func coverage(_ query: SpanQuery) async throws(RecorderFailure) -> [CoverageRecord] {
        names.map {
            CoverageRecord(
                camera: $0, enabledSeconds: 1, recordedSeconds: 1, causes: [:], lostPackets: 0)
        }
    }
    func picture(
        of camera: String, at time: Timestamp?, width: Int?
    ) async throws(RecorderFailure) -> [UInt8] { Array(camera.utf8) }
    func protections() async throws(RecorderFailure) -> [ProtectionRecord] {
        [protection(1, "front"), protection(2, "cellar"), protection(3, nil)]
    }
    func exports() async -> [ExportRecord] { names.map(export) }
    func estimate(_ request: ExportDraft) async throws(RecorderFailure) -> ExportEstimate {
        ExportEstimate(parts: [], bytes: 0)
    }
    func exportFile(
        _ id: Int64, _ part: ExportPart
    ) async throws(RecorderFailure) -> ServedFile { try file(try camera(id)) }
    func storage() async throws(RecorderFailure) -> StorageReport {
        StorageReport(
            folder: "/srv", usedBytes: 1, limitBytes: 1, freeBytes: 1, totalBytes: 1,
            reservedBytes: 1, protectedBytes: 1, exportBytes: 1,
            cameras: names.map { StorageReport.CameraShare(camera: $0, bytes: 1, clips: 1) },
            deletions: names.map {
                StorageReport.Deletion(
                    path: "\($0)/a.mp4", camera: $0, bytes: 1, reason: "age", at: .sample)
            })
    }
    func counters() async -> RecorderCounters {
        var counters = RecorderCounters()
        for name in names {
            counters.packets[name] = 1
            counters.clipsFinished[name] = 1
            counters.gapSeconds[name] = ["stalled": 1]
        }
        return counters
    }
    func settings() async throws(RecorderFailure) -> SettingsDocument {
        var settings = SettingsDocument.sample
        settings.cameras[0].name = "cellar"
        return settings
    }
    func log(_ query: LogQuery) async throws(RecorderFailure) -> LogPage {
        LogPage(lines: [nil, "cellar", "front"].map(line))
    }
    func logFile() async throws(RecorderFailure) -> ServedFile { try file("cellar") }
    func checkup(among cameras: Set<String>?) async -> CheckupRecord? {
        var checkup = CheckupRecord.sample
        checkup.cameras.append(.init(camera: "cellar", state: .waiting))
        return checkup
    }
    func checkupBundle() async throws(RecorderFailure) -> [UInt8] { Array("cellar".utf8) }
}

extension TwoCameras: RecorderCommanding {
    func setRecording(_ isOn: Bool, camera: String?) async throws(RecorderFailure) {
        try await base.setRecording(isOn, camera: camera)
    }
    func reload() async throws(RecorderFailure) { try await base.reload() }
    func change(_ settings: SettingsChange) async throws(RecorderFailure) -> SettingsDocument {
        try await base.change(settings)
    }
    func add(_ camera: CameraDraft) async throws(RecorderFailure) -> CameraSettingsRecord {
        try await base.add(camera)
    }
    func change(
        camera name: String, _ change: CameraDraft
    ) async throws(RecorderFailure) -> CameraSettingsRecord {
        try await base.change(camera: name, change)
    }
    func remove(camera name: String) async throws(RecorderFailure) {
        try await base.remove(camera: name)
    }
    func probe(_ request: ProbeRequest) async throws(RecorderFailure) -> ProbeRecord {
        try await base.probe(request)
    }
    func discover() async throws(RecorderFailure) -> [DiscoveredCamera] {
        try await base.discover()
    }
    func beginCheckup(_ request: CheckupRequest) async throws(RecorderFailure) -> CheckupRecord {
        try await base.beginCheckup(request)
    }
    func endCheckup(among cameras: Set<String>?) async {
        await base.endCheckup(among: cameras)
    }
    func adoptVolume() async throws(RecorderFailure) { try await base.adoptVolume() }
    func protect(_ draft: ProtectionDraft) async throws(RecorderFailure) -> ProtectionRecord {
        try await base.protect(draft)
    }
    func unprotect(_ number: Int64) async throws(RecorderFailure) {
        try await base.unprotect(number)
    }
    func export(_ request: ExportDraft) async throws(RecorderFailure) -> [ExportRecord] {
        request.cameras.map(export)
    }
    func removeExport(_ id: Int64) async throws(RecorderFailure) {
        try await base.removeExport(id)
    }
}

extension RecorderStatus {
    /// Two cameras: `front`, which is recorded, and `cellar`, which is in trouble.
    static var twoCameras: RecorderStatus {
        var status = RecorderStatus.sample()
        var other = status.cameras[0]
        (other.name, other.state, other.url) = ("cellar", .waiting, "rtsp://cellar/1")
        other.lastVideo = nil
        status.cameras.append(other)
        status.state = .partly
        status.started = Timestamp(status.now.wall + .seconds(-3600))
        status.problems = [
            Problem(code: "camera.silent", camera: "cellar", text: "cellar is silent"),
            Problem(code: "settings.refused", text: "the password of cellar is missing"),
        ]
        return status
    }
}
