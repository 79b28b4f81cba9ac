import Archive
import Console
import Platform
import Synchronization

/// Makes exports one after the other on a thread of its own; they go on when nobody looks.
///
/// They lie in a folder of the volume and count for its limit: their room is asked for before a byte
/// is written.
final class ExportQueue: Sendable {
    /// An export, the name of its video without a suffix, and whether it is to end.
    private struct Job {
        var record: ExportRecord
        var stem: String
        var isCancelled = false
    }

    private struct State {
        var jobs: [Int64: Job] = [:]
        var isListed = false
    }

    private let state = Mutex(State())
    private let thread: WorkThread<Void>
    private let store: ExportStore
    private let folder: String
    private let writer: ArchiveWriter
    private let clocks: any Clocks
    private let tell: @Sendable (ExportRecord) -> Void

    private static let progressInterval = Duration.milliseconds(300)

    /// Starts the thread, which first looks for finished exports.
    ///
    /// - Parameters:
    ///   - isVolumeThere: whether there is a disk to look on; otherwise `returnToVolume` lets it look.
    ///   - tell: called for each change, on any thread; must not wait.
    init(
        folder: String, isVolumeThere: Bool, writer: ArchiveWriter, clocks: any Clocks,
        tell: @escaping @Sendable (ExportRecord) -> Void
    ) throws(SystemError) {
        self.folder = folder
        self.writer = writer
        self.clocks = clocks
        self.tell = tell
        store = ExportStore(folder: folder)
        thread = try WorkThread(name: "console-export") {}
        if isVolumeThere { thread.tell { [self] _ in list() } }
    }

    /// Every export, the newest first.
    var records: [ExportRecord] {
        state.withLock { $0.jobs.values.map(\.record).sorted { $0.id > $1.id } }
    }

    /// Adds exports behind those that wait; returns at once.
    func add(_ draft: ExportDraft) async throws(RecorderFailure) -> [ExportRecord] {
        // Numbers follow those of finished exports, which the thread may still be looking for.
        try await thread.ask { [self] _ in if !state.withLock({ $0.isListed }) { list() } }
        let now = Timestamp(clocks.wall)
        let added = state.withLock { state in
            draft.cameras.map { camera in
                let id = (state.jobs.keys.max() ?? 0) + 1
                let record = ExportRecord(
                    id: id, camera: camera, from: draft.from, to: draft.to,
                    exact: draft.exact ?? false, created: now, state: .waiting, progress: 0)
                let start = ClipName(camera: nil, start: draft.from.wall).stem
                state.jobs[id] = Job(record: record, stem: "\(id)_\(camera)_\(start)")
                return record
            }
        }
        for record in added {
            tell(record)
            thread.tell { [self] _ in run(record.id) }
        }
        return added
    }

    /// Ends an export that waits or runs, or deletes a finished one.
    func remove(_ id: Int64) async throws(RecorderFailure) {
        let (record, runs) = state.withLock { state -> (ExportRecord?, Bool) in
            let record = state.jobs[id]?.record
            let runs = record?.state == .running
            if runs { state.jobs[id]?.isCancelled = true } else { state.jobs[id] = nil }
            return (record, runs)
        }
        guard var record else { throw .noExport(id) }
        guard !runs else { return }
        try await thread.ask { [self] _ throws(RecorderFailure) in
            do throws(SystemError) { try store.remove(id) } catch {
                throw RecorderFailure(
                    .failed, code: "export.undeleted", "The export cannot be deleted: \(error)")
            }
        }
        writer.settle(export: id)
        (record.state, record.error) = (.failed, "It was removed.")
        tell(record)
    }

    /// Opens a file of a finished export.
    func file(_ id: Int64, _ part: ExportPart) throws(RecorderFailure) -> ServedFile {
        let job = state.withLock { $0.jobs[id] }
        guard let job, job.record.state == .finished else { throw .noExport(id) }
        let (suffix, type) =
            switch part {
            case .video: (".mp4", "video/mp4")
            case .manifest: (".json", "application/json")
            }
        do throws(SystemError) {
            let file = try store.open(job.stem + suffix)
            // Without the number, which is of no use elsewhere.
            let name = job.stem.split(separator: "_", maxSplits: 1).last.map(String.init)
            return ServedFile(
                descriptor: file.descriptor, length: file.size,
                entityTag: "export-\(job.record.sha256 ?? "\(id)")\(suffix)", mediaType: type,
                name: (name ?? job.stem) + suffix, modified: Timestamp(file.modified),
                grows: false)
        } catch { throw .noExport(id) }
    }

    /// Ends the export at hand and forgets those on a disk that went.
    func letGoOfVolume() {
        state.withLock { state in
            for id in state.jobs.keys { state.jobs[id]?.isCancelled = true }
            state.jobs = state.jobs.filter { $0.value.record.state == .running }
            state.isListed = false
        }
    }

    /// Looks for finished exports on a disk that came.
    func returnToVolume() { thread.tell { [self] _ in list() } }

    /// Ends the export at hand, which leaves nothing behind, and the thread.
    func stop() {
        state.withLock { state in
            for id in state.jobs.keys { state.jobs[id]?.isCancelled = true }
        }
        thread.stop()
    }

    private func list() {
        try? store.removePartials()
        guard let manifests = try? store.manifests() else { return }
        state.withLock { state in
            for (name, text) in manifests {
                guard let id = ExportFolder.number(of: name), state.jobs[id] == nil,
                    let facts = ExportManifestFacts(text)
                else { continue }
                state.jobs[id] = Job(
                    record: facts.record(id: id), stem: String(name.dropLast(".json".count)))
            }
            state.isListed = true
        }
    }
}

// One export from its plan to its manifest; on the queue's thread.
extension ExportQueue {
    private func run(_ id: Int64) {
        guard let job = state.withLock({ $0.jobs[id] }), !job.isCancelled else { return }
        change(id) { $0.state = .running }
        do throws(ExportError) {
            let result = try make(job)
            change(id) { record in
                (record.state, record.progress) = (.finished, 1)
                (record.bytes, record.sha256) = (result.byteCount, result.sha256)
            }
        } catch {
            if case .cancelled = error {
                let removed = state.withLock { $0.jobs.removeValue(forKey: id)?.record }
                if var removed {
                    (removed.state, removed.error) = (.failed, "It was removed.")
                    tell(removed)
                }
            } else {
                change(id) { ($0.state, $0.error) = (.failed, error.description) }
            }
        }
        writer.settle(export: id)
    }

    private func make(_ job: Job) throws(ExportError) -> ExportResult {
        let record = job.record
        let request = ExportRequest(
            camera: record.camera, range: record.from.wall..<record.to.wall,
            isExact: record.exact)
        let exporter: Exporter
        do throws(SystemError) { exporter = try Exporter(folder: folder) } catch {
            throw .system(error)
        }
        let prepared = try exporter.prepare(request)
        let plan = prepared.plan
        let bytes = try prepared.byteCount()
        change(record.id) { record in
            record.bytes = bytes
            (record.start, record.end) = (Timestamp(plan.presentedStart), Timestamp(plan.end))
            record.leadSeconds = plan.lead.seconds
            record.gapSeconds = plan.gapSeconds
        }
        let path = store.path(job.stem + ".mp4")
        guard hasRoom(bytes + ExportFolder.overheadBytes, for: record.id) else {
            throw .full(
                path: path, needed: bytes, free: max(0, writer.board.usage?.space.free ?? 0))
        }
        do throws(SystemError) { try store.make() } catch { throw .system(error) }
        let origin = ExportManifest.Origin(
            program: "cctv \(Version.program)",
            command: "cctv export --camera \(record.camera) --from \(record.from.wall.localText) "
                + "--to \(record.to.wall.localText)" + (record.exact ? " --exact" : ""),
            created: record.created.wall)
        var shown = clocks.monotonic
        return try prepared.write(to: path, origin: origin) { done, total in
            let now = clocks.monotonic
            if now - shown >= Self.progressInterval {
                shown = now
                change(record.id) { $0.progress = Double(done) / Double(max(total, 1)) }
            }
            return state.withLock { $0.jobs[record.id]?.isCancelled == false }
        }
    }

    /// Asks the volume's writer for room, for which it may delete the oldest clips.
    private func hasRoom(_ bytes: Int64, for id: Int64) -> Bool {
        guard let bell = try? Doorbell() else { return false }
        let answer = Answer()
        writer.reserve(export: id, bytes: bytes) { isThere in
            answer.value.withLock { $0 = isThere }
            bell.ring()
        }
        let deadline = clocks.monotonic + .seconds(30)
        while clocks.monotonic < deadline {
            bell.wait(atMost: .seconds(1))
            if let value = answer.value.withLock({ $0 }) { return value }
            guard state.withLock({ $0.jobs[id]?.isCancelled == false }) else { return false }
        }
        return false
    }

    private final class Answer: Sendable {
        let value = Mutex<Bool?>(nil)
    }

    private func change(_ id: Int64, _ body: (inout ExportRecord) -> Void) {
        let changed = state.withLock { state -> ExportRecord? in
            guard var job = state.jobs[id] else { return nil }
            body(&job.record)
            state.jobs[id] = job
            return job.record
        }
        if let changed { tell(changed) }
    }
}

extension ExportPlan {
    /// Seconds of the request without pictures.
    var gapSeconds: Double { gaps.reduce(0) { $0 + $1.duration.seconds } }
}

extension RecorderFailure {
    /// No finished export has that number.
    fileprivate static func noExport(_ id: Int64) -> RecorderFailure {
        RecorderFailure(.notFound, code: "export.unknown", "There is no export \(id).")
    }
}
