import AVRemux
import Archive
import Glibc
import Platform
import RTSP

/// Tells the gap ledger what happens to cameras and to the disk, in the ledger's words.
struct GapReporter: Sendable {
    let keeper: LedgerKeeper

    /// What the camera's thread says.
    func report(_ event: CameraEvent, of camera: String) {
        switch event {
        case .connecting: keeper.tell(.connecting, of: camera)
        case .sessionEnded(let end, retryIn: .some):
            keeper.tell(.failed(LedgerCause(end), detail: "\(end)"), of: camera)
        case .packetsLost(let count): keeper.lose(packets: count, of: camera)
        case .framesDropped(let count): keeper.lose(frames: count, of: camera)
        default: break
        }
    }

    /// What the volume's thread says.
    func report(_ event: ArchiveEvent) {
        switch event {
        case .clipOpened(let clip):
            keeper.tell(.clipOpened(start: clip.start), of: Self.name(clip.camera))
        case .clipRefused(let camera, let cause):
            keeper.tell(
                .clipFailed(start: nil, LedgerCause(cause), detail: "\(cause)"),
                of: Self.name(camera))
        case .clipAbandoned(let clip, let cause):
            keeper.tell(
                .clipFailed(start: clip.start, LedgerCause(cause), detail: "\(cause)"),
                of: Self.name(clip.camera))
        case .clipSuspect(let clip, let cause):
            keeper.tell(
                .clipFailed(start: clip.start, .diskError, detail: "\(cause)"),
                of: Self.name(clip.camera))
        case .volumeDown(let trouble):
            keeper.tell(.diskDown(LedgerCause(trouble), detail: trouble.text))
        case .volumeBack: keeper.tell(.diskBack)
        // An empty one held no picture whose time is missing now.
        case .clipDeleted(_, let camera, let start, _, let reason) where reason != .empty:
            keeper.delete(clipBegunAt: start, of: Self.name(camera))
        default: break
        }
    }

    static func name(_ camera: String?) -> String { camera ?? Settings.shortFormName }
}

extension LedgerCause {
    /// Why a session ended, as a cause of missing pictures.
    init(_ end: SessionEnd) {
        switch end {
        case .stopped: self = .stoppedByUser
        case .stalled: self = .stalled
        case .noKeyFrame, .noParameterSets: self = .noKeyFrame
        case .unsupportedVideo: self = .unsupported
        case .libav: self = .cameraClosed
        case .failed(let error): self.init(error)
        }
    }

    private init(_ error: RTSPError) {
        switch error {
        case .unauthorized, .forbidden, .basicRefused: self = .refusedLogin
        case .closed, .reset, .malformed: self = .cameraClosed
        case .timedOut(phase: .packet): self = .stalled
        case .noVideo, .transportRefused: self = .unsupported
        case .cancelled: self = .stoppedByUser
        case .system: self = .other
        case .unresolved, .unreachable, .refused, .connectTimedOut, .notRTSP, .notFound,
            .tooManySessions, .unavailable, .status, .redirectedElsewhere, .redirectLoop,
            .timedOut:
            self = .unreachable
        }
    }

    /// Why a clip ended, before more is known of the session's end; nil if the next clip follows.
    init?(_ reason: ClipFinish.Reason) {
        switch reason {
        case .stopped: self = .stoppedByUser
        case .stalled: self = .stalled
        case .cameraClosed: self = .cameraClosed
        case .rotated, .parametersChanged, .timeJump, .diskFailed, .sizeLimit: return nil
        }
    }

    init(_ fault: ClipFault) {
        switch fault {
        case .system(let error) where error.code == ENOSPC || error.code == EDQUOT:
            self = .diskFull
        case .cameraFull: self = .diskFull
        case .system: self = .diskError
        case .format: self = .unsupported
        }
    }

    init(_ trouble: VolumeTrouble) {
        switch trouble {
        case .notMounted: self = .diskMissing
        case .full: self = .diskFull
        case .readOnly, .failing: self = .diskError
        }
    }
}

/// Writes what a person should hear of gaps into the log.
struct GapLog: Sendable {
    let log: Log

    func report(_ notice: GapNotice) {
        switch notice {
        case .open(let camera, let cause, let detail, let since):
            let why = detail.isEmpty ? "" : ": \(detail)"
            log.write(
                .warning, .gapOpened, camera: camera,
                "Nothing is recorded since \(LocalTimestamp(since).timeOfDay) (\(cause.rawValue))"
                    + why,
                ["cause": JSON(cause.rawValue), "since": JSON(LocalTimestamp(since).iso8601)])
        case .closed(let camera, let causes, let start, let length):
            let names = causes.map(\.rawValue)
            log.write(
                .info, .gapClosed, camera: camera,
                "Nothing was recorded for \(decimal(length.seconds, places: 1)) s "
                    + "(\(names.joined(separator: ", then ")))",
                [
                    "causes": JSON(names.map { JSON($0) }), "seconds": JSON(length.seconds),
                    "since": JSON(LocalTimestamp(start).iso8601),
                ])
        case .unreadable(let lines):
            log.write(
                .warning, .ledgerUnreadable, "Torn lines of the gap ledger are not counted",
                ["lines": JSON(lines)])
        case .failed(let error):
            log.write(
                .warning, .ledgerUnwritable,
                "The gap ledger cannot be written, its lines wait in memory: \(error)")
        case .recovered:
            log.write(.info, .ledgerRecovered, "The gap ledger is written again, nothing is lost")
        }
    }
}
