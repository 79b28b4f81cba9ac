import Glibc
import Platform
import Synchronization

@testable import Archive

/// The machine's disks, of which one call fails.
final class FailingDisk: Disk {
    private let disk = LinuxDisk()
    private let failing: Int
    private let code: Int32
    private let count = Mutex(0)

    /// Lets the call of that number fail, counted from 0.
    init(at failing: Int, code: Int32) {
        self.failing = failing
        self.code = code
    }

    /// Whether the call was reached.
    var hasFailed: Bool { count.withLock { $0 > failing } }

    private func fail(_ call: String) throws(SystemError) {
        let number = count.withLock { count in
            defer { count += 1 }
            return count
        }
        guard number != failing else { throw SystemError(call: call, subject: "test", code: code) }
    }

    func openDirectory(_ path: String) throws(SystemError) -> DiskFile {
        try fail("open")
        return try disk.openDirectory(path)
    }
    func makeDirectory(_ path: String) throws(SystemError) { try disk.makeDirectory(path) }
    func openat(
        _ directory: DiskFile, _ path: String, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> DiskFile {
        try fail("openat")
        return try disk.openat(directory, path, flags, mode)
    }
    func mkdirat(_ directory: DiskFile, _ path: String) throws(SystemError) {
        try disk.mkdirat(directory, path)
    }
    func unlinkat(_ directory: DiskFile, _ path: String, _ flags: Int32) throws(SystemError) {
        try disk.unlinkat(directory, path, flags)
    }
    func renameat(_ directory: DiskFile, _ from: String, _ to: String) throws(SystemError) {
        try fail("renameat2")
        try disk.renameat(directory, from, to)
    }
    func readdir(_ directory: DiskFile) throws(SystemError) -> [DirectoryEntry] {
        try disk.readdir(directory)
    }
    func pwrite(
        _ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try fail("pwrite")
        return try disk.pwrite(file, bytes, at: offset)
    }
    func pread(
        _ file: DiskFile, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try fail("pread")
        return try disk.pread(file, bytes, at: offset)
    }
    func fdatasync(_ file: DiskFile) throws(SystemError) {
        try fail("fdatasync")
        try disk.fdatasync(file)
    }
    func fsync(_ file: DiskFile) throws(SystemError) {
        try fail("fsync")
        try disk.fsync(file)
    }
    func ftruncate(_ file: DiskFile, to size: Int64) throws(SystemError) {
        try fail("ftruncate")
        try disk.ftruncate(file, to: size)
    }
    func fallocate(_ file: DiskFile, at offset: Int64, count: Int64) throws(SystemError) {
        try disk.fallocate(file, at: offset, count: count)
    }
    func fstat(_ file: DiskFile) throws(SystemError) -> FileStatus { try disk.fstat(file) }
    func statvfs(_ file: DiskFile) throws(SystemError) -> VolumeSpace { try disk.statvfs(file) }
    func flock(_ file: DiskFile) throws(SystemError) -> Bool {
        try fail("flock")
        return try disk.flock(file)
    }
    func dropCache(_ file: DiskFile, at offset: Int64, count: Int64) {
        disk.dropCache(file, at: offset, count: count)
    }
    func close(_ number: Int32) { disk.close(number) }
}
