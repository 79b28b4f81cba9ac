import Glibc
import ISOBMFF
import Platform

/// A clip's file as the clip format reads it.
struct DiskBytes: RandomAccess {
    let disk: any Disk
    let file: DiskFile
    let byteCount: UInt64

    init(_ file: DiskFile, on disk: any Disk) throws(SystemError) {
        self.disk = disk
        self.file = file
        byteCount = UInt64(try disk.fstat(file).size)
    }

    /// The bytes that a file had when it was opened; the descriptor is closed with the last of them.
    ///
    /// - Parameter path: the file's, for errors.
    init(adopting descriptor: Int32, size: Int64, path: String) {
        disk = LinuxDisk()
        file = DiskFile(adopting: descriptor, path: path, disk: disk)
        byteCount = UInt64(max(size, 0))
    }

    /// The clip that these are.
    ///
    /// - Throws: `SystemError` if the disk fails; `EILSEQ` if the file is no clip.
    func samples() throws(SystemError) -> ClipSamples {
        do throws(ClipReadError) { return try ClipSamples(of: self) } catch {
            let code = if case .format = error { EILSEQ } else { EIO }
            throw SystemError(call: "read", subject: file.path, code: code)
        }
    }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadError) -> Int {
        do throws(SystemError) {
            return try disk.pread(file, buffer, at: Int64(clamping: offset))
        } catch {
            throw ReadError(offset: offset, reason: error.description)
        }
    }
}
