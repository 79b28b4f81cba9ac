import Platform

/// The calls of the operating system by which clips reach a disk; nothing else here touches files.
///
/// Each method is one system call under its own name, retried on `EINTR`. They are behind a
/// protocol so that a test can fail, tear or cut the power at any one of them. Methods may be
/// called from any thread. Paths are relative to a directory's descriptor.
protocol Disk: Sendable {
    /// `open(2)` of a directory by its path: the one call that is not relative to another.
    func openDirectory(_ path: String) throws(SystemError) -> DiskFile
    /// `mkdir(2)` with mode 0755 by a path: the folder itself; an existing one is no error.
    func makeDirectory(_ path: String) throws(SystemError)
    /// `openat(2)`, always with `O_CLOEXEC`.
    func openat(
        _ directory: DiskFile, _ path: String, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> DiskFile
    /// `mkdirat(2)` with mode 0755.
    func mkdirat(_ directory: DiskFile, _ path: String) throws(SystemError)
    /// `unlinkat(2)`; `flags` is 0 for a file, `AT_REMOVEDIR` for an empty directory.
    func unlinkat(_ directory: DiskFile, _ path: String, _ flags: Int32) throws(SystemError)
    /// `renameat2(2)` inside `directory` with `RENAME_NOREPLACE`: a name in use is `EEXIST`.
    func renameat(_ directory: DiskFile, _ from: String, _ to: String) throws(SystemError)
    /// `renameat(2)` inside `directory`: a name in use is taken over.
    func replaceat(_ directory: DiskFile, _ from: String, _ to: String) throws(SystemError)
    /// The names in a directory, without `.` and `..`, in no order.
    func readdir(_ directory: DiskFile) throws(SystemError) -> [DirectoryEntry]

    /// `pwrite(2)`: returns how many bytes were written, which may be fewer than asked.
    func pwrite(
        _ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int
    /// `pread(2)`: returns how many bytes were read; 0 at the end of the file.
    func pread(
        _ file: DiskFile, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int
    /// `fdatasync(2)`: the bytes written before it survive a power cut once it has returned.
    func fdatasync(_ file: DiskFile) throws(SystemError)
    /// `fsync(2)`, used on directories: the names made before it survive a power cut.
    func fsync(_ file: DiskFile) throws(SystemError)
    /// `ftruncate(2)`; also gives back blocks reserved past `size`.
    func ftruncate(_ file: DiskFile, to size: Int64) throws(SystemError)
    /// `fallocate(2)` with `FALLOC_FL_KEEP_SIZE`: takes blocks without changing the file's size.
    func fallocate(_ file: DiskFile, at offset: Int64, count: Int64) throws(SystemError)
    /// `fstat(2)`.
    func fstat(_ file: DiskFile) throws(SystemError) -> FileStatus
    /// `fstatvfs(3)`.
    func statvfs(_ file: DiskFile) throws(SystemError) -> VolumeSpace
    /// `flock(2)` with `LOCK_EX | LOCK_NB`; returns false if another process holds the lock.
    func flock(_ file: DiskFile) throws(SystemError) -> Bool
    /// `posix_fadvise(2)` with `POSIX_FADV_DONTNEED`: what is safe need not stay in memory.
    func dropCache(_ file: DiskFile, at offset: Int64, count: Int64)
    /// `close(2)`; called once, by `DiskFile`.
    func close(_ number: Int32)
}

/// An open file or directory of a `Disk`; closed when its last owner lets go.
final class DiskFile: Sendable {
    /// The descriptor's number, as its disk counts them.
    let number: Int32
    /// What was opened, for error texts: relative to the volume.
    let path: String
    private let disk: any Disk

    /// Takes over an open descriptor.
    init(adopting number: Int32, path: String, disk: any Disk) {
        self.number = number
        self.path = path
        self.disk = disk
    }

    deinit { disk.close(number) }
}

/// A name in a directory and what stands behind it.
struct DirectoryEntry: Equatable, Sendable {
    /// The name, without its directory.
    var name: String
    /// The kind of thing, from `d_type`.
    var kind: Kind

    /// What a name stands for.
    enum Kind: Sendable { case file, directory, other }

    /// A name and its kind.
    init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// What is known of a file without reading it.
struct FileStatus: Equatable, Sendable {
    /// Length in bytes.
    var size: Int64
    /// Bytes taken from the volume, reserved blocks included.
    var allocated: Int64
    /// The file system it lies on (`st_dev`).
    var device: UInt64
    /// Its number there (`st_ino`).
    var inode: UInt64

    /// The facts of one file.
    init(size: Int64, allocated: Int64, device: UInt64, inode: UInt64) {
        self.size = size
        self.allocated = allocated
        self.device = device
        self.inode = inode
    }

    /// What the file counts for in a limit: whichever of its two sizes is larger.
    var counted: Int64 { max(size, allocated) }
}
