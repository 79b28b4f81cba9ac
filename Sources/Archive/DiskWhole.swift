import Glibc
import Platform

// Whole reads and writes out of calls that may be short.
extension Disk {
    /// Writes all of `bytes` at `offset`, however many calls that takes.
    ///
    /// - Throws: `SystemError`; a call that writes nothing counts as `EIO`. What was written before
    ///   the failure stays in the file, beyond what the caller counts as whole.
    func writeAll(
        _ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int64
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = try pwrite(file, rest, at: offset + Int64(done))
            guard count > 0 else {
                throw SystemError(call: "pwrite", subject: file.path, code: EIO)
            }
            done += count
        }
    }

    /// Writes all of `bytes` at `offset`; see the overload for raw memory.
    func writeAll(_ file: DiskFile, _ bytes: [UInt8], at offset: Int64) throws(SystemError) {
        var failure: SystemError?
        bytes.withUnsafeBytes { raw in
            do throws(SystemError) { try writeAll(file, raw, at: offset) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    func read(
        _ file: DiskFile, at offset: Int64, count: Int
    ) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            do throws(SystemError) {
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: raw[filled...])
                    let got = try pread(file, rest, at: offset + Int64(filled))
                    guard got > 0 else { return }
                    filled += got
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads a small file whole; nil if there is none of that name.
    func contents(of path: String, in directory: DiskFile) throws(SystemError) -> [UInt8]? {
        let file: DiskFile
        do throws(SystemError) { file = try openat(directory, path, O_RDONLY, 0) } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
        return try read(file, at: 0, count: Int(try fstat(file).size))
    }

    /// Renames over a name in use, in two steps where a disk has no single one.
    func replaceat(
        _ directory: DiskFile, _ from: String, _ to: String
    ) throws(SystemError) {
        try remove(to, in: directory)
        try renameat(directory, from, to)
    }

    /// Removes a file; one that is not there is no error.
    func remove(_ path: String, in directory: DiskFile) throws(SystemError) {
        do throws(SystemError) { try unlinkat(directory, path, 0) } catch {
            guard error.code != ENOENT else { return }
            throw error
        }
    }

    /// Makes a directory and waits until its name survives a power cut; an existing one is no error.
    func makeDirectory(_ path: String, in directory: DiskFile) throws(SystemError) {
        do throws(SystemError) { try mkdirat(directory, path) } catch {
            guard error.code != EEXIST else { return }
            throw error
        }
        try sync(parentOf: path, in: directory)
    }

    /// Waits until a file's name survives a power cut, and those of the folders it may be the first in.
    func syncNames(of path: String, in root: DiskFile) throws(SystemError) {
        var path = path
        while let slash = path.lastIndex(of: "/") {
            try sync(parentOf: path, in: root)
            path = String(path[..<slash])
        }
        try sync(parentOf: path, in: root)
    }

    /// Waits until the names in the directory that holds `path` survive a power cut.
    func sync(parentOf path: String, in directory: DiskFile) throws(SystemError) {
        let parent = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
        try fsync(openat(directory, parent, O_RDONLY | O_DIRECTORY, 0))
    }
}
