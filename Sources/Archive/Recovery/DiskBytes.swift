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
