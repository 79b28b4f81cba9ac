import CLinux
import Glibc
import Platform

/// The machine's disks.
struct LinuxDisk: Disk {
    /// The machine's disks.
    init() {}

    func openDirectory(_ path: String) throws(SystemError) -> DiskFile {
        let number = try retried("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        return DiskFile(adopting: number, path: path, disk: self)
    }

    func makeDirectory(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o755) != 0, errno != EEXIST else { return }
        throw SystemError(call: "mkdir", subject: path)
    }

    func openat(
        _ directory: DiskFile, _ path: String, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> DiskFile {
        let number = try retried("openat", path) {
            Glibc.openat(directory.number, path, flags | O_CLOEXEC, mode)
        }
        return DiskFile(adopting: number, path: path, disk: self)
    }

    func mkdirat(_ directory: DiskFile, _ path: String) throws(SystemError) {
        try retried("mkdirat", path) { Glibc.mkdirat(directory.number, path, 0o755) }
    }

    func unlinkat(
        _ directory: DiskFile, _ path: String, _ flags: Int32
    ) throws(SystemError) {
        try retried("unlinkat", path) { Glibc.unlinkat(directory.number, path, flags) }
    }

    func renameat(
        _ directory: DiskFile, _ from: String, _ to: String
    ) throws(SystemError) {
        let number = directory.number
        try retried("renameat2", from) {
            renameat2(number, from, number, to, UInt32(CLINUX_RENAME_NOREPLACE))
        }
    }

    func replaceat(
        _ directory: DiskFile, _ from: String, _ to: String
    ) throws(SystemError) {
        let number = directory.number
        try retried("renameat", from) { Glibc.renameat(number, from, number, to) }
    }

    func readdir(_ directory: DiskFile) throws(SystemError) -> [DirectoryEntry] {
        // A second descriptor, because closedir closes the one it was given.
        let number = try retried("openat", directory.path) {
            Glibc.openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard let stream = fdopendir(number) else {
            let failure = SystemError(call: "fdopendir", subject: directory.path)
            Glibc.close(number)
            throw failure
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = Glibc.readdir(stream) else {
                guard errno != 0 else { return entries }
                throw SystemError(call: "readdir", subject: directory.path)
            }
            if let found = Self.entry(entry, in: number) { entries.append(found) }
        }
    }

    func pwrite(
        _ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try retried("pwrite", file.path) {
            Glibc.pwrite(file.number, bytes.baseAddress, bytes.count, Int(offset))
        }
    }

    func pread(
        _ file: DiskFile, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try retried("pread", file.path) {
            Glibc.pread(file.number, bytes.baseAddress, bytes.count, Int(offset))
        }
    }

    func fdatasync(_ file: DiskFile) throws(SystemError) {
        try retried("fdatasync", file.path) { Glibc.fdatasync(file.number) }
    }

    func fsync(_ file: DiskFile) throws(SystemError) {
        try retried("fsync", file.path) { Glibc.fsync(file.number) }
    }

    func ftruncate(_ file: DiskFile, to size: Int64) throws(SystemError) {
        try retried("ftruncate", file.path) { Glibc.ftruncate(file.number, Int(size)) }
    }

    func fallocate(
        _ file: DiskFile, at offset: Int64, count: Int64
    ) throws(SystemError) {
        try retried("fallocate", file.path) {
            CLinux.fallocate(file.number, FALLOC_FL_KEEP_SIZE, Int(offset), Int(count))
        }
    }

    func fstat(_ file: DiskFile) throws(SystemError) -> FileStatus {
        var status = stat()
        try retried("fstat", file.path) { Glibc.fstat(file.number, &status) }
        return FileStatus(
            size: Int64(status.st_size), allocated: Int64(status.st_blocks) * 512,
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    func statvfs(_ file: DiskFile) throws(SystemError) -> VolumeSpace {
        var space = Glibc.statvfs()
        try retried("fstatvfs", file.path) { fstatvfs(file.number, &space) }
        let block = Int64(space.f_frsize)
        return VolumeSpace(
            free: Int64(space.f_bavail) * block, total: Int64(space.f_blocks) * block)
    }

    func flock(_ file: DiskFile) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try retried("flock", file.path) { clinux_flock(file.number, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            guard error.code == EWOULDBLOCK else { throw error }
            return false
        }
    }

    func dropCache(_ file: DiskFile, at offset: Int64, count: Int64) {
        _ = posix_fadvise(file.number, Int(offset), Int(count), POSIX_FADV_DONTNEED)
    }

    func close(_ number: Int32) { _ = Glibc.close(number) }

    private static func entry(
        _ entry: UnsafeMutablePointer<dirent>, in directory: Int32
    ) -> DirectoryEntry? {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { return nil }
        switch Int(entry.pointee.d_type) {
        case Int(DT_REG): return DirectoryEntry(name: name, kind: .file)
        case Int(DT_DIR): return DirectoryEntry(name: name, kind: .directory)
        case Int(DT_UNKNOWN): return DirectoryEntry(name: name, kind: kind(name, in: directory))
        default: return DirectoryEntry(name: name, kind: .other)
        }
    }

    /// Asks `fstatat` where the file system does not tell in the directory itself (old XFS, NFS).
    private static func kind(_ name: String, in directory: Int32) -> DirectoryEntry.Kind {
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    @discardableResult
    private func retried<Count: SignedInteger>(
        _ call: String, _ subject: String, _ body: () -> Count
    ) throws(SystemError) -> Count {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw SystemError(call: call, subject: subject) }
        }
    }
}
