import Platform

/// A disk whose writes and flushes are measured; everything else passes through.
struct MeasuredDisk: Disk {
    let disk: any Disk
    let meter: WriteMeter
    let clocks: any Clocks

    func pwrite(
        _ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        let began = clocks.monotonic
        do throws(SystemError) {
            let count = try disk.pwrite(file, bytes, at: offset)
            meter.count(bytes: count, duration: clocks.monotonic - began)
            return count
        } catch {
            meter.count(bytes: nil, duration: clocks.monotonic - began)
            throw error
        }
    }

    func fdatasync(_ file: DiskFile) throws(SystemError) {
        let began = clocks.monotonic
        do throws(SystemError) {
            try disk.fdatasync(file)
            meter.count(bytes: 0, duration: clocks.monotonic - began)
        } catch {
            meter.count(bytes: nil, duration: clocks.monotonic - began)
            throw error
        }
    }

    func openDirectory(_ path: String) throws(SystemError) -> DiskFile {
        try disk.openDirectory(path)
    }
    func makeDirectory(_ path: String) throws(SystemError) { try disk.makeDirectory(path) }
    func openat(
        _ directory: DiskFile, _ path: String, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> DiskFile {
        try disk.openat(directory, path, flags, mode)
    }
    func mkdirat(_ directory: DiskFile, _ path: String) throws(SystemError) {
        try disk.mkdirat(directory, path)
    }
    func unlinkat(_ directory: DiskFile, _ path: String, _ flags: Int32) throws(SystemError) {
        try disk.unlinkat(directory, path, flags)
    }
    func renameat(_ directory: DiskFile, _ from: String, _ to: String) throws(SystemError) {
        try disk.renameat(directory, from, to)
    }
    func replaceat(_ directory: DiskFile, _ from: String, _ to: String) throws(SystemError) {
        try disk.replaceat(directory, from, to)
    }
    func readdir(_ directory: DiskFile) throws(SystemError) -> [DirectoryEntry] {
        try disk.readdir(directory)
    }
    func pread(
        _ file: DiskFile, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try disk.pread(file, bytes, at: offset)
    }
    func fsync(_ file: DiskFile) throws(SystemError) { try disk.fsync(file) }
    func ftruncate(_ file: DiskFile, to size: Int64) throws(SystemError) {
        try disk.ftruncate(file, to: size)
    }
    func fallocate(_ file: DiskFile, at offset: Int64, count: Int64) throws(SystemError) {
        try disk.fallocate(file, at: offset, count: count)
    }
    func fstat(_ file: DiskFile) throws(SystemError) -> FileStatus { try disk.fstat(file) }
    func statvfs(_ file: DiskFile) throws(SystemError) -> VolumeSpace { try disk.statvfs(file) }
    func flock(_ file: DiskFile) throws(SystemError) -> Bool { try disk.flock(file) }
    func dropCache(_ file: DiskFile, at offset: Int64, count: Int64) {
        disk.dropCache(file, at: offset, count: count)
    }
    func close(_ number: Int32) { disk.close(number) }
}

extension LinuxDisk {
    /// The machine's disks, whose writes are counted; nil counts for nobody.
    static func counted(by meter: WriteMeter?, clocks: any Clocks) -> any Disk {
        meter.map { MeasuredDisk(disk: LinuxDisk(), meter: $0, clocks: clocks) } ?? LinuxDisk()
    }
}
