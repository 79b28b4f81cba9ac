import Console
import Glibc
import Notify
import Platform
import Synchronization

/// Looks at the recorder's state once a second, for those who are told of trouble and for the counts
/// that follow from the state alone.
final class Announcer: Sendable {
    private static let interval = Duration.seconds(1)
    private static let storageInterval = Duration.seconds(30)

    private struct State {
        var settings = NotifySettings()
        var notifier: Notifier?
        var watch: Task<Void, Never>?
    }

    /// What has happened since the start.
    let tally: Tally
    private let identity: Notifier.Identity
    private let outbox: String
    private let archive: ArchiveReporter
    private let log: Log
    private let clocks: any Clocks
    private let state = Mutex(State())

    /// - Parameters:
    ///   - volume: the volume's UUID, from which the recorder's name on a broker is made.
    ///   - folder: the output folder, in which notices wait for delivery.
    ///   - archive: knows whether that folder's disk is there.
    init(
        tally: Tally, volume: String, folder: String, archive: ArchiveReporter, log: Log,
        clocks: any Clocks
    ) {
        self.tally = tally
        self.archive = archive
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        identity = Notifier.Identity(
            id: String(volume.filter { $0.isLetter || $0.isNumber }.prefix(12)).lowercased(),
            host: String(decoding: name, as: UTF8.self), version: Version.program)
        outbox = folder + "/.cctv/notices.json"
        self.log = log
        self.clocks = clocks
    }

    /// Begins to look.
    func begin(_ reader: any RecorderReading) {
        let task = Task { [self] in await watch(reader) }
        state.withLock { $0.watch = task }
    }

    /// Takes over who is told; connections whose settings are the same stay.
    func apply(_ settings: NotifySettings) {
        let old = state.withLock { state -> Notifier?? in
            guard settings != state.settings else { return nil }
            state.settings = settings
            defer { state.notifier = nil }
            return .some(state.notifier)
        }
        guard let old else { return }
        old?.stop()
        guard settings.isAnybodyTold else { return }
        do throws(SystemError) {
            let notifier = try Notifier(
                settings: settings, identity: identity, outbox: outbox,
                canSave: { [archive] in !archive.volumeHealth.isAway }, clocks: clocks,
                report: { [log] in Self.write($0, to: log) })
            state.withLock { $0.notifier = notifier }
        } catch {
            log.write(.error, .noticeFailed, "Nobody can be told of trouble: \(error)")
        }
    }

    /// Sends a notice that says nothing but that notices arrive, and waits for what becomes of it.
    func sendTest() async throws(RecorderFailure) -> [NoticeResult] {
        guard let notifier = state.withLock({ $0.notifier }) else { throw .nobodyTold }
        // Whoever asked may be gone; the notice is on its way all the same.
        return await notifier.sendTest().outcome(clocks: clocks).map(NoticeResult.init)
    }

    /// Ends everything; what was not delivered is delivered after the next start.
    func stop() {
        let (notifier, watch) = state.withLock { state in
            defer {
                state.notifier = nil
                state.watch = nil
            }
            return (state.notifier, state.watch)
        }
        watch?.cancel()
        notifier?.stop()
    }

    private func watch(_ reader: any RecorderReading) async {
        var storage: Situation.Storage?
        var nextStorage = clocks.monotonic
        while !Task.isCancelled {
            let status = await reader.status()
            let now = clocks.monotonic
            if let notifier = state.withLock({ $0.notifier }) {
                if now >= nextStorage {
                    nextStorage = now + Self.storageInterval
                    storage = (try? await reader.storage()).map { Situation.Storage($0) }
                }
                if notifier.observe(Situation(status, storage: storage)) {
                    notifier.tell(await shares(reader))
                }
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func shares(_ reader: any RecorderReading) async -> [DailyShare] {
        let now = clocks.wall
        let day = SpanQuery(
            cameras: [], from: Timestamp(now + .seconds(-86_400)), to: Timestamp(now))
        return ((try? await reader.coverage(day)) ?? []).compactMap { record in
            guard let share = record.share else { return nil }
            let cause = record.causes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
            return DailyShare(
                camera: record.camera, share: share,
                longestGap: record.longestGapSeconds.map {
                    (length: .seconds($0), cause: cause ?? "unknown")
                })
        }
    }

    private static func write(_ event: Notifier.Event, to log: Log) {
        switch event {
        case .webhookFailed(let why):
            log.write(
                .warning, .noticeFailed,
                "A notice cannot be delivered to WEBHOOK_URL and is tried again: \(why)")
        case .webhookRecovered: log.write(.info, .noticeDelivered, "Notices are delivered again")
        case .noticesDropped(let count):
            log.write(
                .warning, .noticeDropped, "Notices were given up, too many wait for WEBHOOK_URL",
                ["notices": JSON(count)])
        case .pingFailed(let why):
            log.write(.warning, .pingFailed, "PING_URL cannot be fetched: \(why)")
        case .brokerConnected: log.write(.info, .brokerConnected, "The MQTT broker is told")
        case .brokerDisconnected(let why):
            log.write(
                .warning, .brokerDisconnected,
                "The MQTT broker of MQTT_URL cannot be told, it is tried again: \(why)")
        }
    }
}

extension NotifySettings {
    /// Whether there is anybody to be told.
    var isAnybodyTold: Bool { webhook != nil || broker != nil || pingURL != nil }
}

extension NoticeResult {
    /// What became of a test notice.
    init(_ way: Trial.Way, _ fate: Trial.Fate) {
        switch fate {
        case .arrived: self.init(way: way.rawValue, state: .arrived)
        case .failed(let why): self.init(way: way.rawValue, state: .failed, reason: why)
        case .keptBack(let why): self.init(way: way.rawValue, state: .keptBack, reason: why)
        }
    }
}

extension Situation {
    /// The part of the state that is told.
    init(_ status: RecorderStatus, storage: Storage?) {
        self.init(
            cameras: status.cameras.map { camera in
                Camera(
                    name: camera.name, isWanted: camera.isWanted,
                    isConnected: camera.state == .recording,
                    isRecorded: camera.state == .recording && camera.clip != nil,
                    reason: camera.reason)
            }, diskTrouble: status.volume.ok ? nil : status.volume.reason ?? "the disk fails",
            storage: storage)
    }
}

extension Situation.Storage {
    init(_ report: StorageReport) {
        self.init(
            used: report.usedBytes, limit: report.limitBytes, free: report.freeBytes,
            reserved: report.reservedBytes)
    }
}

extension CameraReport {
    /// Whether its video is to go into clips.
    var isWanted: Bool { state != .disabled && state != .stopped }
}
