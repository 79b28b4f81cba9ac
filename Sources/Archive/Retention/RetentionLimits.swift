/// How much the recordings of a volume may take, and for how long they are kept.
public struct RetentionLimits: Hashable, Sendable {
    /// The least that a limit of the folder must leave each camera: what its open clip takes ahead, and
    /// something of the one before.
    public static let leastPerCamera: Int64 = 5 << 20

    /// The folder never grows beyond this many bytes; nil sets no limit.
    public var maximumBytes: Int64?
    /// Bytes that stay free on the volume, whoever uses the rest.
    public var minimumFree: Int64
    /// Clips that began longer ago are deleted; nil keeps them while there is room.
    public var maximumAge: Duration?
    /// What holds for single cameras, by `NAME`; others have the volume's limits only.
    public var cameras: [String: CameraLimits]

    /// Limits of one volume.
    public init(
        maximumBytes: Int64?, minimumFree: Int64 = 0, maximumAge: Duration? = nil,
        cameras: [String: CameraLimits] = [:]
    ) {
        self.maximumBytes = maximumBytes
        self.minimumFree = minimumFree
        self.maximumAge = maximumAge
        self.cameras = cameras
    }

    /// How long a camera's clips are kept; nil as long as there is room.
    func maximumAge(of camera: String?) -> Duration? {
        camera.flatMap { cameras[$0] }.map(\.maximumAge) ?? maximumAge
    }

    /// How much a camera's clips may take; nil as much as all may.
    func maximumBytes(of camera: String?) -> Int64? {
        camera.flatMap { cameras[$0]?.maximumBytes }
    }
}

/// How much the clips of one camera may take, and for how long they are kept.
public struct CameraLimits: Hashable, Sendable {
    /// The camera's clips never take more than this many bytes; nil sets no limit of its own.
    public var maximumBytes: Int64?
    /// In place of the volume's; nil keeps the camera's clips while there is room.
    public var maximumAge: Duration?

    /// Limits of one camera.
    public init(maximumBytes: Int64? = nil, maximumAge: Duration? = nil) {
        self.maximumBytes = maximumBytes
        self.maximumAge = maximumAge
    }
}

/// Why a clip was deleted.
public enum DeletionReason: String, Hashable, Sendable, CaseIterable {
    /// The folder would have passed its limit.
    case folderLimit = "folder-limit"
    /// The camera's clips would have passed their limit.
    case cameraLimit = "camera-limit"
    /// The volume would have had less free than it must keep.
    case freeSpace = "free-space"
    /// The clip was older than clips are kept.
    case age
    /// No picture ever reached the clip.
    case empty
}
