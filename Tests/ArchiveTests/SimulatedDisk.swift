import Glibc
import Platform
import Synchronization
import TestSupport

@testable import Archive

/// A disk in memory that fails, tears or loses power at any call, as a test wants it.
///
/// What was written and not synced is lost, kept or torn by sectors when the power goes.
final class SimulatedDisk: Disk {
    /// What goes wrong at a call.
    enum Fault {
        /// The call fails with this `errno` and does nothing.
        case error(Int32)
        /// A write takes half of its bytes and says so; other calls do what they should.
        case short
        /// A write takes half of its bytes and fails with this `errno`.
        case torn(Int32)
        /// Half of a write is done, and nothing works from then on.
        case powerCut
    }

    /// A call that the machine is asked for, numbered from 1.
    struct Call {
        var number: Int
        var name: String
        var path: String
    }

    /// What a test does at a call.
    ///
    /// A closure that is a mutex's own value is wrapped anew each time it is read, until calling it
    /// takes more stack than there is; one in a field is not.
    private struct Hooks {
        var fault: @Sendable (Call) -> Fault?
        var use: @Sendable (Int) -> Void = { _ in }
    }

    let state: Mutex<DiskImage>
    private let hooks: Mutex<Hooks>

    init(
        _ image: DiskImage = DiskImage(),
        faults: @escaping @Sendable (Call) -> Fault? = { _ in nil }
    ) {
        state = Mutex(image)
        hooks = Mutex(Hooks(fault: faults))
    }

    /// Replaces what goes wrong from now on.
    func setFaults(_ faults: @escaping @Sendable (Call) -> Fault?) {
        hooks.withLock { $0.fault = faults }
    }

    /// Tells the bytes in use after every call.
    func watchUse(_ watch: @escaping @Sendable (Int) -> Void) { hooks.withLock { $0.use = watch } }

    /// Calls made so far.
    var callCount: Int { state.withLock { $0.callCount } }

    /// Whether the power is gone.
    var isOff: Bool { state.withLock { $0.isOff } }

    private func call<Value>(
        _ name: String, _ path: String,
        _ body: (inout DiskImage, Fault?) throws(SystemError) -> Value
    ) throws(SystemError) -> Value {
        let hooks = hooks.withLock { $0 }
        let result = state.withLock { image -> Result<Value, SystemError> in
            image.callCount += 1
            defer { hooks.use(image.used) }
            guard !image.isOff else {
                return .failure(SystemError(call: name, subject: path, code: EIO))
            }
            let fault = hooks.fault(Call(number: image.callCount, name: name, path: path))
            if case .error(let code) = fault {
                return .failure(SystemError(call: name, subject: path, code: code))
            }
            let isWrite = name == "pwrite"
            if case .powerCut = fault {
                image.isOff = true
                guard isWrite else {
                    return .failure(SystemError(call: name, subject: path, code: EIO))
                }
            }
            do throws(SystemError) { return .success(try body(&image, fault)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func openDirectory(_ path: String) throws(SystemError) -> DiskFile {
        let number = try call("open", path) { image, _ throws(SystemError) in
            guard let inode = image.mounts[path] else {
                throw SystemError(call: "open", subject: path, code: ENOENT)
            }
            return image.open(inode)
        }
        return DiskFile(adopting: number, path: path, disk: self)
    }

    func makeDirectory(_ path: String) throws(SystemError) {
        try call("mkdir", path) { image, _ throws(SystemError) in
            if image.mounts[path] == nil { image.mounts[path] = image.addNode(isDirectory: true) }
        }
    }

    func openat(
        _ directory: DiskFile, _ path: String, _ flags: Int32, _ mode: UInt32
    ) throws(SystemError) -> DiskFile {
        let number = try call("openat", path) { image, _ throws(SystemError) in
            let base = try image.inode(of: directory)
            if let found = try? image.find(path, from: base) {
                guard flags & O_EXCL == 0 else {
                    throw SystemError(call: "openat", subject: path, code: EEXIST)
                }
                if flags & O_TRUNC != 0 { image.change(found) { $0.truncate(to: 0) } }
                return image.open(found)
            }
            guard flags & O_CREAT != 0 else {
                throw SystemError(call: "openat", subject: path, code: ENOENT)
            }
            return image.open(try image.create(path, from: base, isDirectory: false))
        }
        return DiskFile(adopting: number, path: path, disk: self)
    }

    func mkdirat(_ directory: DiskFile, _ path: String) throws(SystemError) {
        try call("mkdirat", path) { image, _ throws(SystemError) in
            let base = try image.inode(of: directory)
            guard (try? image.find(path, from: base)) == nil else {
                throw SystemError(call: "mkdirat", subject: path, code: EEXIST)
            }
            _ = try image.create(path, from: base, isDirectory: true)
        }
    }

    func unlinkat(
        _ directory: DiskFile, _ path: String, _ flags: Int32
    ) throws(SystemError) {
        try call("unlinkat", path) { image, _ throws(SystemError) in
            try image.remove(path, from: try image.inode(of: directory))
        }
    }

    func renameat(
        _ directory: DiskFile, _ from: String, _ to: String
    ) throws(SystemError) {
        try call("renameat2", from) { image, _ throws(SystemError) in
            try image.rename(from, to, in: try image.inode(of: directory))
        }
    }

    func replaceat(
        _ directory: DiskFile, _ from: String, _ to: String
    ) throws(SystemError) {
        try call("renameat", from) { image, _ throws(SystemError) in
            try image.replace(from, to, in: try image.inode(of: directory))
        }
    }

    func readdir(_ directory: DiskFile) throws(SystemError) -> [DirectoryEntry] {
        try call("readdir", directory.path) { image, _ throws(SystemError) in
            let names = image.nodes[try image.inode(of: directory)]?.names ?? [:]
            return names.map { name, inode in
                let isDirectory = image.nodes[inode]?.isDirectory ?? false
                return DirectoryEntry(name: name, kind: isDirectory ? .directory : .file)
            }.sorted { $0.name < $1.name }
        }
    }

    func pwrite(
        _ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try call("pwrite", file.path) { image, fault throws(SystemError) in
            let inode = try image.inode(of: file)
            var count = bytes.count
            if fault != nil { count = count / 2 }
            let room = image.room(in: inode, at: offset)
            count = min(count, room)
            guard count > 0 || bytes.isEmpty || fault != nil else {
                throw SystemError(call: "pwrite", subject: file.path, code: ENOSPC)
            }
            image.change(inode) { $0.write(Array(bytes[..<count]), at: Int(offset)) }
            switch fault {
            case .torn(let code):
                throw SystemError(call: "pwrite", subject: file.path, code: code)
            case .powerCut:
                throw SystemError(call: "pwrite", subject: file.path, code: EIO)
            default: return max(count, min(1, bytes.count))
            }
        }
    }

    func pread(
        _ file: DiskFile, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(SystemError) -> Int {
        try call("pread", file.path) { image, _ throws(SystemError) in
            let content = image.nodes[try image.inode(of: file)]?.bytes ?? []
            guard offset < content.count else { return 0 }
            let count = min(bytes.count, content.count - Int(offset))
            content.withUnsafeBytes {
                bytes.copyMemory(
                    from: UnsafeRawBufferPointer(
                        rebasing: $0[Int(offset)..<Int(offset) + count]))
            }
            return count
        }
    }

    func fdatasync(_ file: DiskFile) throws(SystemError) {
        try call("fdatasync", file.path) { image, _ throws(SystemError) in
            let inode = try image.inode(of: file)
            image.change(inode) { $0.sync() }
            image.safeSizes[file.path] = image.nodes[inode]?.bytes.count
        }
    }

    func fsync(_ file: DiskFile) throws(SystemError) {
        try call("fsync", file.path) { image, _ throws(SystemError) in
            image.change(try image.inode(of: file)) { $0.sync() }
        }
    }

    func ftruncate(_ file: DiskFile, to size: Int64) throws(SystemError) {
        try call("ftruncate", file.path) { image, _ throws(SystemError) in
            image.change(try image.inode(of: file)) { $0.truncate(to: Int(size)) }
        }
    }

    func fallocate(_ file: DiskFile, at offset: Int64, count: Int64) throws(SystemError) {
        try call("fallocate", file.path) { image, _ throws(SystemError) in
            let inode = try image.inode(of: file)
            guard image.room(in: inode, at: offset) >= Int(count) else {
                throw SystemError(call: "fallocate", subject: file.path, code: ENOSPC)
            }
            image.change(inode) { $0.reserved = Int(offset + count) }
        }
    }

    func fstat(_ file: DiskFile) throws(SystemError) -> FileStatus {
        try call("fstat", file.path) { image, _ throws(SystemError) in
            let inode = try image.inode(of: file)
            guard let node = image.nodes[inode] else {
                throw SystemError(call: "fstat", subject: file.path, code: EBADF)
            }
            return FileStatus(
                size: Int64(node.bytes.count), allocated: Int64(node.allocated),
                device: UInt64(node.device), inode: UInt64(inode))
        }
    }

    func statvfs(_ file: DiskFile) throws(SystemError) -> VolumeSpace {
        try call("fstatvfs", file.path) { image, _ throws(SystemError) in
            VolumeSpace(free: Int64(image.free), total: Int64(image.capacity))
        }
    }

    func flock(_ file: DiskFile) throws(SystemError) -> Bool {
        try call("flock", file.path) { image, _ throws(SystemError) in
            let inode = try image.inode(of: file)
            if let holder = image.locks[inode], holder != file.number { return false }
            image.locks[inode] = file.number
            return true
        }
    }

    func dropCache(_ file: DiskFile, at offset: Int64, count: Int64) {}

    func close(_ number: Int32) { state.withLock { $0.close(number) } }
}

extension SimulatedDisk {
    /// Puts another file in the place of one, as a person does; nil removes it.
    func overwrite(_ path: String, _ bytes: [UInt8]?) throws {
        let root = try openDirectory(DiskImage.folder)
        try unlinkat(root, path, 0)
        guard let bytes else { return }
        try writeAll(try openat(root, path, O_WRONLY | O_CREAT, 0o644), bytes, at: 0)
    }
}
