/// How much the recordings of a volume may take, and for how long they are kept.
public struct RetentionLimits: Hashable, Sendable {
    /// The folder never grows beyond this many bytes; nil sets no limit.
    public var maximumBytes: Int64?
    /// Bytes that stay free on the volume, whoever uses the rest.
    public var minimumFree: Int64
    /// Clips that began longer ago are deleted; nil keeps them while there is room.
    public var maximumAge: Duration?

    /// Limits of one volume.
    public init(maximumBytes: Int64?, minimumFree: Int64 = 0, maximumAge: Duration? = nil) {
        self.maximumBytes = maximumBytes
        self.minimumFree = minimumFree
        self.maximumAge = maximumAge
    }
}

/// Why a clip was deleted.
public enum DeletionReason: String, Hashable, Sendable, CaseIterable {
    /// The folder would have passed its limit.
    case folderLimit = "folder-limit"
    /// The volume would have had less free than it must keep.
    case freeSpace = "free-space"
    /// The clip was older than clips are kept.
    case age
    /// No picture ever reached the clip.
    case empty
}
