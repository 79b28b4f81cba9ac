/// How a volume is written.
public struct ArchiveSettings: Sendable {
    /// What the recordings may take.
    public var limits: RetentionLimits
    /// Bytes of fragments that may wait for the disk per camera; beyond it they are refused.
    public var queueBytesPerCamera: Int
    /// Longest time that written pictures wait to be safe from a power cut, if the disk keeps up.
    public var syncInterval: Duration
    /// Time between looks at age limits and the size of the index.
    public var sweepInterval: Duration
    /// Bytes by which an open clip's room on the disk grows; rounded up to 64 KiB.
    public var reserveStep: Int64

    /// Whether an index of the clips is kept beside them.
    public var keepsIndex: Bool

    /// Settings of one volume.
    public init(
        limits: RetentionLimits, queueBytesPerCamera: Int = 16 << 20,
        syncInterval: Duration = .seconds(2), sweepInterval: Duration = .seconds(10),
        reserveStep: Int64 = 4 << 20, keepsIndex: Bool = true
    ) {
        self.limits = limits
        self.queueBytesPerCamera = queueBytesPerCamera
        self.syncInterval = syncInterval
        self.sweepInterval = sweepInterval
        self.reserveStep = reserveStep
        self.keepsIndex = keepsIndex
    }
}
