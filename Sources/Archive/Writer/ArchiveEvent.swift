public import Platform

/// Something that happened to a volume or its clips; told as it happens, in order.
public enum ArchiveEvent: Sendable {
    /// A clip's file exists and takes fragments.
    case clipOpened(ClipFacts)
    /// A clip is final: whole, indexed and safe from a power cut.
    case clipFinalized(ClipFacts, ClipEnding)
    /// A clip could not be finalized now; it stays playable and is finalized at the next start.
    case clipAbandoned(ClipFacts, cause: ClipFault)
    /// The disk reported damage under a clip; what was written before may be bad: verify it.
    case clipSuspect(ClipFacts, cause: SystemError)
    /// A file could not be begun; the camera tries again with its next key frame.
    case clipRefused(camera: String?, cause: ClipFault)
    /// A camera's queue was full: this many bytes were turned away since the last such event.
    case queueFull(camera: String?, refusedBytes: Int)
    /// A clip was deleted; it began at `start`.
    case clipDeleted(
        path: String, camera: String?, start: WallTime, bytes: Int64, reason: DeletionReason)
    /// Another file than the clip stands in its place and was not deleted; if it is no clip of this
    /// program, it is left alone and counts no more.
    case clipReplaced(path: String, camera: String?, isOurs: Bool)
    /// Somebody else removed a clip; it counts no more.
    case clipMissing(path: String, camera: String?)
    /// A clip could not be deleted; it is left out of the sweeps until the next start.
    case deletionFailed(path: String, cause: SystemError)
    /// A file in a clip's place cannot be read; it is left alone and not counted.
    case clipUnreadable(SystemError)
    /// A clip that a crash or a disk error had left open was looked through.
    case clipRecovered(path: String, RecoveryOutcome)
    /// So many of the clips that a crash had left open were looked through.
    case recoveryProgress(done: Int, of: Int)
    /// Protected clips take nine tenths of the folder's limit or more; little is left to record.
    case protectionsCrowd(bytes: Int64, limit: Int64)
    /// Lines of the list of protections cannot be read: all that was recorded before `until` is
    /// protected in their place.
    case protectionsDamaged(lines: Int, until: WallTime)
    /// The index cannot be kept; clips are recorded all the same, and the next start makes it good.
    case indexFailed(IndexFault)
    /// Nothing can be recorded to the volume until `volumeBack`.
    case volumeDown(VolumeTrouble)
    /// The volume takes clips again.
    case volumeBack
}

/// What keeps a volume from taking clips.
public enum VolumeTrouble: Hashable, Sendable {
    /// The folder's path leads elsewhere or nowhere: the disk was unmounted or pulled.
    case notMounted
    /// The file system takes no writes (`EROFS`), as after an error of the disk.
    case readOnly
    /// There is no room, and deleting clips would make none.
    case full
    /// The disk fails.
    case failing(SystemError)
}

/// What is known of a clip from the moment it is opened.
public struct ClipFacts: Hashable, Sendable {
    /// Its place in the order of all clips of the volume.
    public var sequence: UInt64
    /// The camera's `NAME`; nil for the camera of `RTSP_URL`.
    public var camera: String?
    /// Relative to the volume.
    public var path: String
    /// Arrival of the first picture.
    public var start: WallTime
    /// Whether the wall clock was not known to be right then.
    public var clockUncertain: Bool
    /// Bytes of the file; grows while the clip is open.
    public var bytes: Int64
    /// Length of the video track by the camera's clock; grows while the clip is open.
    public var mediaDuration: Duration

    /// The facts of one clip.
    public init(
        sequence: UInt64, camera: String?, path: String, start: WallTime,
        clockUncertain: Bool = false, bytes: Int64 = 0, mediaDuration: Duration = .zero
    ) {
        self.sequence = sequence
        self.camera = camera
        self.path = path
        self.start = start
        self.clockUncertain = clockUncertain
        self.bytes = bytes
        self.mediaDuration = mediaDuration
    }
}
