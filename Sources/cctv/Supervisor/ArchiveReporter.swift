import Archive
import Platform
import Synchronization

/// Writes what happens to the volume into the log, and keeps which clip each camera has open.
final class ArchiveReporter: Sendable {
    private let log: Log
    /// Whether the log goes when the recordings' disk goes.
    private let isLogOnVolume: Bool
    let gaps: GapReporter
    private let clocks: any Clocks
    private let open = Mutex<[String: ClipFacts]>([:])
    private let health = Mutex(VolumeHealth())

    /// - Parameter isVolumeAway: whether the recordings' disk is not mounted at the start.
    init(
        log: Log, isLogOnVolume: Bool, gaps: GapReporter, clocks: any Clocks,
        isVolumeAway: Bool = false
    ) {
        self.clocks = clocks
        self.log = log
        self.isLogOnVolume = isLogOnVolume
        self.gaps = gaps
        guard isVolumeAway else { return }
        // Before the writer's thread says so: nothing may look into the disk's place meanwhile.
        let now = Instant(clocks)
        health.withLock { $0.note(.volumeDown(.notMounted), at: now) }
    }

    /// The clip that a camera is recorded to now.
    func openClip(of camera: String) -> ClipFacts? { open.withLock { $0[camera] } }

    /// Whether the volume takes clips, and what a person should mend.
    var volumeHealth: VolumeHealth { health.withLock { $0 } }

    func report(_ event: ArchiveEvent) {
        gaps.report(event)
        health.withLock { $0.note(event, at: Instant(clocks)) }
        switch event {
        case .clipOpened(let clip):
            open.withLock { $0[name(clip.camera)] = clip }
            write(
                .info, .clipOpened, name(clip.camera), "Starting new recording: \(clip.fileName)",
                ["path": JSON(clip.path), "sequence": JSON(clip.sequence)])
        case .clipFinalized(let clip, let ending):
            close(clip)
            write(
                .info, .clipFinalized, name(clip.camera), "Recording finished: \(clip.fileName)",
                [
                    "path": JSON(clip.path), "seconds": JSON(clip.mediaDuration.seconds),
                    "bytes": JSON(clip.bytes), "reason": JSON("\(ending.reason)"),
                    "lost_packets": JSON(ending.lostPackets),
                ])
        case .clipAbandoned(let clip, let cause):
            close(clip)
            write(
                .error, .clipAbandoned, name(clip.camera),
                "\(clip.fileName) cannot be finalized now (it plays; the next start finalizes it): "
                    + "\(cause)", ["path": JSON(clip.path)])
        case .clipSuspect(let clip, let cause):
            write(
                .error, .clipSuspect, name(clip.camera),
                "The disk failed under \(clip.fileName), look at it with cctv verify: \(cause)",
                ["path": JSON(clip.path)])
        case .clipRefused(let camera, let cause):
            write(.error, .clipRefused, name(camera), "No clip can be begun: \(cause)")
        case .queueFull(let camera, let bytes):
            write(
                .error, .volumeQueueFull, name(camera), "The disk is too slow, its queue is full",
                ["refused_bytes": JSON(bytes)])
        case .clipDeleted(let path, let camera, _, let bytes, let reason):
            write(
                .info, .clipDeleted, name(camera), "Deleted \(path) (\(reason.text))",
                ["path": JSON(path), "bytes": JSON(bytes), "reason": JSON(reason.rawValue)])
        case .deletionFailed(let path, let cause):
            write(
                .error, .clipDeletionFailed, nil, "\(path) cannot be deleted: \(cause.reason)",
                ["path": JSON(path)])
        case .clipReplaced(let path, let camera, let isOurs):
            write(
                .warning, .clipReplaced, name(camera),
                isOurs
                    ? "Another clip stands in the place of \(path); it counts as what it is"
                    : "\(path) is no clip any more; the file there is left alone and not counted",
                ["path": JSON(path)])
        case .clipMissing(let path, let camera):
            write(
                .warning, .clipMissing, name(camera), "\(path) is gone, and cctv did not delete it",
                ["path": JSON(path)])
        case .clipUnreadable(let error):
            write(
                .warning, .clipUnreadable, nil, "A file is left alone, it cannot be read: \(error)")
        case .clipRecovered(let path, let outcome): recovered(path, outcome)
        case .recoveryProgress(let done, let all):
            write(.debug, .clipRecovered, nil, "Recovery looked at \(done) of \(all) clips")
        case .volumeDown(let trouble):
            if trouble == .notMounted, isLogOnVolume { log.hold(true) }
            write(.error, .volumeDown, nil, "Nothing can be recorded: \(trouble.text)")
        case .protectionsCrowd(let bytes, let limit):
            write(
                .warning, .protectionsCrowd, nil,
                "Protected clips take \(bytes * 100 / max(limit, 1)) % of MAX_FOLDER_SIZE_GB; little "
                    + "is left to record: lift protections or raise the limit",
                ["bytes": JSON(bytes), "limit": JSON(limit)])
        case .protectionsDamaged(let lines, let until):
            write(
                .error, .protectionsDamaged, nil,
                "\(lines) damaged lines in .cctv/protections.jsonl: everything recorded before "
                    + "\(LocalTimestamp(until).iso8601) is protected in their place; see cctv "
                    + "protect, and lift it with cctv unprotect",
                ["lines": JSON(lines)])
        case .indexFailed(let fault):
            write(
                .warning, .indexFailed, nil, "The index is not kept until the next start: \(fault)")
        case .volumeBack:
            log.hold(false)
            write(.info, .volumeBack, nil, "The recordings' folder takes clips again")
        }
    }

    private func recovered(_ path: String, _ outcome: RecoveryOutcome) {
        let isGood = outcome.isGood
        write(
            isGood ? .info : .warning, isGood ? .clipRecovered : .clipUnrecoverable, nil,
            "\(path) \(outcome.text)", ["path": JSON(path)])
    }

    private func close(_ clip: ClipFacts) {
        open.withLock { open in
            let camera = name(clip.camera)
            if open[camera]?.sequence == clip.sequence { open[camera] = nil }
        }
    }

    private func name(_ camera: String?) -> String { camera ?? Settings.shortFormName }

    private func write(
        _ level: LogLevel, _ event: EventName, _ camera: String?, _ message: String,
        _ fields: KeyValuePairs<String, JSON> = [:]
    ) {
        log.write(level, event, camera: camera, message, fields)
    }
}

extension ClipFacts {
    /// The file's name without its folders.
    fileprivate var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension RecoveryOutcome {
    /// What became of the file, as the predicate of a sentence.
    var text: String {
        switch self {
        case .untouched: "is final already"
        case .finalized(_, let cut):
            cut > 0
                ? "is recovered; \(cut) bytes of a torn end were cut off"
                : "is recovered; nothing is lost"
        case .removed: "held no picture and was removed"
        case .quarantined(let reason):
            "is not understood and was renamed to .quarantined: \(reason)"
        case .empty: "holds no whole fragment and was left as it is"
        case .notUnderstood(let reason): "is not understood and was left as it is: \(reason)"
        case .failed(let error): "cannot be recovered now: \(error)"
        }
    }

    /// Whether nobody has to do anything.
    var isGood: Bool {
        switch self {
        case .quarantined, .notUnderstood, .failed: false
        default: true
        }
    }
}

extension DeletionReason {
    fileprivate var text: String {
        switch self {
        case .folderLimit: "the folder's limit, MAX_FOLDER_SIZE_GB"
        case .cameraLimit: "the camera's limit, MAX_SIZE_GB"
        case .freeSpace: "the disk's free space, MIN_FREE_SPACE_GB"
        case .age: "older than MAX_AGE_DAYS"
        case .empty: "no picture reached it"
        }
    }
}

extension VolumeTrouble {
    /// A stable name for programs and pages.
    var code: String {
        switch self {
        case .notMounted: "unmounted"
        case .readOnly: "read-only"
        case .full: "full"
        case .failing: "failing"
        }
    }

    /// What is wrong and what to do.
    var text: String {
        switch self {
        case .notMounted:
            "the folder's disk is unmounted, and nothing is written in its place: mount it, and "
                + "recording goes on by itself; to record to the folder as it is, accept it with "
                + "cctv volume adopt"
        case .readOnly: "the disk takes no writes any more; look at the kernel's log"
        case .full: "the disk is full and no clip is left that may go; make room"
        case .failing(let error): "the disk fails: \(error)"
        }
    }
}
