import ISOBMFF
import Platform
import Synchronization
import TestSupport

@testable import Archive

/// Both engines on one disk and one thread, so that every call happens in the same order each time.
final class Rig {
    let disk: SimulatedDisk
    let clocks: ManualClocks
    private(set) var events: [ArchiveEvent] = []
    private(set) var engine: ClipEngine?
    private var sync: SyncEngine?
    private var jobs: [SyncJob] = []
    private var reports: [SyncReport] = []
    private var scans: [ScanJob] = []
    private let known: [String: StoredClip]
    /// Whether volumes are looked through at once, or when the test says so.
    private let scansAtOnce: Bool
    private var nextHandle: UInt64 = 1
    /// Whether somebody vouches for the wall clock.
    private let vouches = Latched()

    private final class Latched: Sendable {
        let value = Atomic<Bool>(true)
    }

    /// Opens the volume; without one there is no engine, and the reason is in `refusal`.
    init(
        disk: SimulatedDisk, settings: ArchiveSettings = ArchiveSettings(limits: .none),
        clocks: ManualClocks = ManualClocks(), expecting uuid: String? = nil,
        absent: String? = nil,
        known: [String: StoredClip] = [:], scansAtOnce: Bool = true
    ) {
        self.known = known
        self.scansAtOnce = scansAtOnce
        self.disk = disk
        self.clocks = clocks
        do throws(VolumeError) {
            let volume: VolumeState =
                if let absent {
                    .absent(AbsentVolume(folder: DiskImage.folder, uuid: absent, disk: disk))
                } else {
                    .mounted(
                        try Volume.open(
                            DiskImage.folder, expecting: uuid, disk: disk, clocks: clocks))
                }
            sync = SyncEngine(interval: settings.syncInterval, clocks: clocks) { [weak self] in
                self?.reports.append($0)
            }
            engine = ClipEngine(
                volume: volume, settings: settings, clocks: clocks,
                clockTrust: ClockTrust(
                    earliest: WallTime(nanoseconds: .max),
                    isSynchronized: { [vouches] in vouches.value.load(ordering: .relaxed) }),
                scan: { [weak self] in self?.scans.append($0) },
                sync: { [weak self] in self?.jobs.append($0) },
                tell: { [weak self] in self?.events.append($0) })
        } catch {
            refusal = error
        }
        if scansAtOnce { scanAll() }
    }

    /// Looks through the volumes that wait for it.
    func scanAll() {
        for finding in findings() { engine?.perform(finding) }
    }

    /// What a look through the volumes that wait for it would tell.
    func findings() -> [WriterMessage] {
        let jobs = scans
        scans = []
        var found: [WriterMessage] = []
        for job in jobs where !job.isCancelled {
            VolumeScanner(job.volume, known: known, isStopping: { job.isCancelled }).run {
                found.append(.scanned(job, $0))
            }
        }
        return found
    }

    private(set) var refusal: VolumeError?

    /// Lets the sync engine do all that it was asked, and the writer take note.
    func settle() {
        var isBusy = true
        while isBusy || !jobs.isEmpty || !reports.isEmpty || (scansAtOnce && !scans.isEmpty) {
            if scansAtOnce { scanAll() }
            let (newJobs, newReports) = (jobs, reports)
            (jobs, reports) = ([], [])
            for job in newJobs { sync?.accept(job) }
            for report in newReports { engine?.perform(.synced(report)) }
            _ = sync?.step()
            isBusy = sync?.idleTime == .zero
        }
    }

    /// Whether somebody vouches for the wall clock from now on.
    func vouch(_ isTrusted: Bool) { vouches.value.store(isTrusted, ordering: .relaxed) }

    /// Lets a second pass.
    func tick(_ duration: Duration = .seconds(1), clockTrusted: Bool = true) {
        clocks.advance(by: duration)
        settle()
        vouch(clockTrusted)
        engine?.tick()
        settle()
    }

    func begin(_ camera: String?, limit: Int = 16 << 20) throws -> ClipHandle {
        begin(
            as: NewClip(
                camera: camera, start: clocks.wall, startMonotonic: clocks.monotonic,
                muxerBytes: try Fixture.bytes("boxes/h264-aac.init")), limit: limit)
    }

    func begin(as clip: NewClip, limit: Int = 16 << 20) -> ClipHandle {
        let gauge = QueueGauge(camera: clip.camera, limit: limit)
        let handle = ClipHandle(id: nextHandle, camera: clip.camera, gauge: gauge)
        nextHandle += 1
        _ = gauge.admit(clip.muxerBytes.count)
        engine?.perform(.begin(handle, clip))
        return handle
    }

    func append(_ fragment: Fragment, to handle: ClipHandle) { _ = offer(fragment, to: handle) }

    /// Appends a fragment; returns whether it was taken.
    func offer(_ fragment: Fragment, to handle: ClipHandle) -> Bool {
        guard handle.isOpen, handle.gauge.admit(fragment.byteCount) else { return false }
        engine?.perform(.append(handle, fragment))
        return true
    }

    func end(_ handle: ClipHandle, _ reason: EndReason = .rotated) {
        end(
            handle,
            ClipEnding(reason: reason, end: clocks.wall, endMonotonic: clocks.monotonic))
    }

    func end(_ handle: ClipHandle, _ ending: ClipEnding) {
        handle.close()
        engine?.perform(.end(handle, ending))
    }

    func stop() {
        engine?.perform(.stop)
        settle()
    }

    /// What is wrong with the clips of the volume; one that is not final is.
    ///
    /// - Parameter safe: bytes of each clip that must be whole; all where it says nothing.
    static func findings(
        _ disk: SimulatedDisk, upTo safe: [String: Int] = [:]
    ) throws -> [String] {
        var findings: [String] = []
        for (path, bytes) in disk.state.withLock({ $0.files() }).sorted(by: { $0.key < $1.key }) {
            guard path.hasSuffix(".mp4") else { continue }
            let verification = try ClipVerification(of: MemoryBytes(bytes))
            if verification.state != .final { findings.append("\(path): not final") }
            findings += verification.findings.filter { $0.offset < safe[path] ?? .max }
                .map { "\(path): \($0)" }
        }
        return findings
    }

    /// Clips that say that they are final and are not whole: no player plays such a one.
    static func falseFinals(in image: DiskImage) throws -> [String] {
        try image.files().filter { path, bytes in
            guard path.hasSuffix(".mp4") else { return false }
            let verification = try ClipVerification(of: MemoryBytes(bytes))
            return verification.state == .final && !verification.isWhole
        }.keys.sorted()
    }

    /// Bytes of the samples of all final clips.
    static func payload(_ disk: SimulatedDisk) throws -> UInt64 {
        try disk.state.withLock { $0.files() }.filter { $0.key.hasSuffix(".mp4") }.reduce(0) {
            $0 + (try ClipVerification(of: MemoryBytes($1.value)).end?.payloadByteCount ?? 0)
        }
    }
}

// What the events tell.
extension Rig {
    var finals: [ClipFacts] {
        events.compactMap { if case .clipFinalized(let facts, _) = $0 { facts } else { nil } }
    }
    var opened: [ClipFacts] {
        events.compactMap { if case .clipOpened(let facts) = $0 { facts } else { nil } }
    }
    var recovered: [String] {
        events.compactMap {
            if case .clipRecovered(let path, let outcome) = $0, case .finalized = outcome {
                path
            } else {
                nil
            }
        }
    }
    var deletions: [(path: String, reason: DeletionReason)] {
        events.compactMap {
            if case .clipDeleted(let path, _, _, _, let reason) = $0 { (path, reason) } else { nil }
        }
    }
    var troubles: [VolumeTrouble] {
        events.compactMap { if case .volumeDown(let trouble) = $0 { trouble } else { nil } }
    }
    var hasComeBack: Bool {
        events.contains { if case .volumeBack = $0 { true } else { false } }
    }
    /// Folders of the volume with their paths, without its own.
    var folders: [String] { disk.state.withLock { $0.folders() } }
}

extension RetentionLimits {
    /// No limit at all.
    static let none = RetentionLimits(maximumBytes: nil)
}
