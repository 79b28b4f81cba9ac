/// Why a second of a camera's time is in no clip; the raw values are stable names.
public enum LedgerCause: String, Codable, CaseIterable, Hashable, Sendable {
    /// A session is being opened, and nothing has gone wrong so far.
    case connecting
    /// The camera does not answer, or answers nonsense.
    case unreachable
    /// The camera does not accept the password.
    case refusedLogin = "refused-login"
    /// The session stays open and no picture comes.
    case stalled
    /// The camera or the network ended the session.
    case cameraClosed = "camera-closed"
    /// Packets were lost; no time is missing, pictures are damaged.
    case packetLoss = "packet-loss"
    /// The disk took fragments too slowly and pictures were dropped.
    case diskSlow = "disk-slow"
    /// The disk is full.
    case diskFull = "disk-full"
    /// The disk fails or takes no writes.
    case diskError = "disk-error"
    /// The disk is not mounted.
    case diskMissing = "disk-missing"
    /// A person stopped the recording.
    case stoppedByUser = "stopped-by-user"
    /// No recorder ran, or it was frozen.
    case recorderNotRunning = "recorder-not-running"
    /// The wall clock was set forwards; these seconds never were.
    case clockStep = "clock-step"
    /// The camera sends no key frame, without which no clip can begin.
    case noKeyFrame = "no-key-frame"
    /// The camera's video cannot be kept.
    case unsupported
    /// Something else.
    case other

    /// Whether what still waited in memory is lost with it, so that the gap begins at the end of
    /// what reached the disk.
    var losesWhatWaited: Bool {
        switch self {
        case .recorderNotRunning, .diskSlow, .diskFull, .diskError, .diskMissing: true
        default: false
        }
    }
}

/// What becomes of a camera's pictures from an instant on.
public enum CameraState: Hashable, Sendable {
    /// They go into clips.
    case recording
    /// Nobody wants them: the camera is not in the settings, or not enabled.
    case disabled
    /// They are missing.
    case gap(LedgerCause)

    /// The cause, if pictures are missing.
    public var cause: LedgerCause? {
        if case .gap(let cause) = self { cause } else { nil }
    }
}

extension CameraState: RawRepresentable, Codable {
    /// The name in the ledger's file.
    public var rawValue: String {
        switch self {
        case .recording: "recording"
        case .disabled: "disabled"
        case .gap(let cause): cause.rawValue
        }
    }

    /// The state of that name; a cause that a later version knows is `other`.
    public init(rawValue: String) {
        switch rawValue {
        case "recording": self = .recording
        case "disabled": self = .disabled
        default: self = .gap(LedgerCause(rawValue: rawValue) ?? .other)
        }
    }
}
