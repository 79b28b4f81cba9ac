/// The room of a volume's file system, in bytes.
public struct VolumeSpace: Hashable, Sendable {
    /// Free for this process (`f_bavail`).
    public var free: Int64
    /// Of the whole file system.
    public var total: Int64

    /// The room of a volume.
    public init(free: Int64, total: Int64) {
        self.free = free
        self.total = total
    }
}
