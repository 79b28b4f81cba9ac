/// A recorder that has only some of its cameras: what concerns others is not found.
///
/// It is the one place that keeps a limited account to its cameras. What tells of the whole recorder,
/// such as the log file, is not found either; how full the disk is everybody may know.
struct LimitedRecorder: RecorderReading {
    let base: any Recorder
    let cameras: Set<String>

    func status() async -> RecorderStatus { limited(await base.status()) }

    func events() -> AsyncStream<RecorderEvent> {
        let (events, pipe) = AsyncStream<RecorderEvent>.makeStream()
        let all = base.events()
        let task = Task {
            for await event in all {
                if let event = limited(event) { pipe.yield(event) }
            }
            pipe.finish()
        }
        pipe.onTermination = { _ in task.cancel() }
        return events
    }

    func clips(_ query: ClipListQuery) async throws(RecorderFailure) -> ClipPage {
        try require(query.camera)
        var query = query
        query.among = cameras.sorted()
        return try await base.clips(query)
    }

    func clip(_ id: Int64) async throws(RecorderFailure) -> ClipRecord {
        let clip = try await base.clip(id)
        guard cameras.contains(clip.camera) else { throw Self.unknown("clip", id) }
        return clip
    }

    func clipFile(
        _ id: Int64, _ frames: ClipFrames
    ) async throws(RecorderFailure) -> ServedFile {
        _ = try await clip(id)
        return try await base.clipFile(id, frames)
    }

    func gaps(_ query: SpanQuery) async throws(RecorderFailure) -> [GapRecord] {
        try require(query.cameras)
        return try await base.gaps(query).filter { cameras.contains($0.camera) }
    }

    func timeline(_ query: SpanQuery) async throws(RecorderFailure) -> Timeline {
        try require(query.cameras)
        var timeline = try await base.timeline(query)
        timeline.lanes = timeline.lanes.filter { cameras.contains($0.camera) }
        for index in timeline.lanes.indices {
            timeline.lanes[index].protections = timeline.lanes[index].protections.map(quiet)
        }
        return timeline
    }

    func coverage(_ query: SpanQuery) async throws(RecorderFailure) -> [CoverageRecord] {
        try require(query.cameras)
        return try await base.coverage(query).filter { cameras.contains($0.camera) }
    }

    func picture(
        of camera: String, at time: Timestamp?, width: Int?
    ) async throws(RecorderFailure) -> [UInt8] {
        try require(camera)
        return try await base.picture(of: camera, at: time, width: width)
    }

    func protections() async throws(RecorderFailure) -> [ProtectionRecord] {
        try await base.protections().filter { $0.camera.map(cameras.contains) ?? true }.map(quiet)
    }

    func exports() async -> [ExportRecord] {
        await base.exports().filter { cameras.contains($0.camera) }
    }

    func estimate(_ request: ExportDraft) async throws(RecorderFailure) -> ExportEstimate {
        try require(request.cameras)
        return try await base.estimate(request)
    }

    func exportFile(_ id: Int64, _ part: ExportPart) async throws(RecorderFailure) -> ServedFile {
        try await requireExport(id)
        return try await base.exportFile(id, part)
    }

    func storage() async throws(RecorderFailure) -> StorageReport {
        var report = try await base.storage()
        report.cameras = report.cameras.filter { cameras.contains($0.camera) }
        report.deletions = report.deletions.filter { cameras.contains($0.camera) }
        return report
    }

    func counters() async -> RecorderCounters {
        var counters = await base.counters()
        counters.packets = counters.packets.filter { cameras.contains($0.key) }
        counters.clipsFinished = counters.clipsFinished.filter { cameras.contains($0.key) }
        counters.gapSeconds = counters.gapSeconds.filter { cameras.contains($0.key) }
        return counters
    }

    func settings() async throws(RecorderFailure) -> SettingsDocument { throw Self.whole }

    /// A page may have fewer lines than were asked for: those that name no camera are left out.
    func log(_ query: LogQuery) async throws(RecorderFailure) -> LogPage {
        try require(query.camera)
        var page = try await base.log(query)
        page.lines = page.lines.filter(isOwn)
        return page
    }

    func logFile() async throws(RecorderFailure) -> ServedFile { throw Self.whole }

    func checkup(among _: Set<String>?) async -> CheckupRecord? {
        guard var checkup = await base.checkup(among: cameras) else { return nil }
        checkup.cameras = checkup.cameras.filter { cameras.contains($0.camera) }
        return checkup.cameras.isEmpty ? nil : checkup
    }

    func checkupBundle() async throws(RecorderFailure) -> [UInt8] { throw Self.whole }
}

// What is left of answers that are about all cameras.
extension LimitedRecorder {
    /// Problems that are about no camera, and whose words name none.
    private static let common: Set<String> = [
        "volume.down", "volume.slow", "clock.uncertain", "protections.crowd",
    ]

    private func limited(_ event: RecorderEvent) -> RecorderEvent? {
        switch event {
        case .status(let status): .status(limited(status))
        case .log(let line): isOwn(line) ? event : nil
        case .export(let export): cameras.contains(export.camera) ? event : nil
        }
    }

    private func limited(_ status: RecorderStatus) -> RecorderStatus {
        var status = status
        status.cameras = status.cameras.filter { cameras.contains($0.name) }
        status.problems = status.problems.filter { problem in
            problem.camera.map(cameras.contains) ?? Self.common.contains(problem.code)
        }
        status.state = RecorderStatus.State(of: status.cameras, isOn: status.recording)
        status.recording = status.state.isOn
        return status
    }

    private func isOwn(_ line: LogLine) -> Bool { line.camera.map(cameras.contains) ?? false }

    /// A protection of all cameras has a note that was not written for those who see some.
    private func quiet(_ protection: ProtectionRecord) -> ProtectionRecord {
        var protection = protection
        if protection.camera == nil { protection.note = "" }
        return protection
    }
}

// What is not found.
extension LimitedRecorder {
    /// What is about every camera.
    static let whole = RecorderFailure(
        .notFound, code: "cameras.limited",
        "This is about every camera, and your account is limited to some.")

    static func unknown(_ kind: String, _ id: Int64) -> RecorderFailure {
        RecorderFailure(.notFound, code: "\(kind).unknown", "There is no \(kind) \(id).")
    }

    func require(_ camera: String?) throws(RecorderFailure) {
        guard let camera, !cameras.contains(camera) else { return }
        throw RecorderFailure(
            .notFound, code: "camera.unknown", "There is no camera '\(camera)'.", field: "camera")
    }

    func require(_ wanted: [String]) throws(RecorderFailure) {
        for camera in wanted { try require(camera) }
    }

    func requireExport(_ id: Int64) async throws(RecorderFailure) {
        guard await exports().contains(where: { $0.id == id }) else {
            throw Self.unknown("export", id)
        }
    }
}
