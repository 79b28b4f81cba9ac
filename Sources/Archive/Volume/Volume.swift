import Glibc
public import Platform

/// A folder that clips are recorded to: known by its marker, held open and locked.
///
/// Everything is done relative to the descriptor that was opened once, so a disk that is unmounted
/// under a running recorder takes its bytes with it: none lands in the empty mount point. May be
/// used from any thread; the lock goes with the last reference.
public final class Volume: Sendable {
    /// The folder as it was named.
    public let folder: String
    /// Who the volume is.
    public let identity: VolumeIdentity
    let disk: any Disk
    let root: DiskFile
    private let lock: DiskFile
    private let status: FileStatus

    static let privateFolder = ".cctv"
    /// The log and its older parts lie in the folder by default; they count, clips go for them.
    static let logPrefix = "cctv_recorder_log"
    static let marker = ".cctv/volume.json"
    static let lockFile = ".cctv/lock"

    init(
        folder: String, identity: VolumeIdentity, disk: any Disk, root: DiskFile, lock: DiskFile,
        status: FileStatus
    ) {
        self.folder = folder
        self.identity = identity
        self.disk = disk
        self.root = root
        self.lock = lock
        self.status = status
    }

    /// Whether the folder's path still leads to this volume; false once its disk is unmounted.
    public func isMounted() -> Bool {
        do throws(SystemError) {
            let found = try disk.openDirectory(folder)
            let present = try disk.fstat(found)
            guard present.device == status.device, present.inode == status.inode else {
                return false
            }
            let marker = try disk.contents(of: Self.marker, in: found)
            return marker.flatMap(VolumeIdentity.init(json:))?.uuid == identity.uuid
        } catch {
            return false
        }
    }

    /// Free and total bytes of the volume's file system.
    public func space() throws(SystemError) -> VolumeSpace { try disk.statvfs(root) }
}
