import Glibc
import ISOBMFF
import Platform

extension Disk {
    /// Makes an open clip final in the order that no crash can harm: what the header promises is safe
    /// before the header says so.
    ///
    /// - Returns: the file as it is once the room taken ahead is given back.
    /// - Throws: `SystemError`; the file is then a whole open clip, or a final one if only the last
    ///   sync failed.
    func apply(_ finalization: Finalization, to file: DiskFile) throws(SystemError) -> FileStatus {
        let tailOffset = Int64(finalization.tailOffset)
        // What a failed write left behind the last fragment would follow the clip's end.
        if try fstat(file).size > tailOffset { try ftruncate(file, to: tailOffset) }
        try writeAll(file, finalization.tail, at: tailOffset)
        try fdatasync(file)
        try writeOnce(file, finalization.header, at: Int64(finalization.headerOffset))
        try fdatasync(file)
        let size = tailOffset + Int64(finalization.tail.count)
        try ftruncate(file, to: size)
        return try fstat(file)
    }

    /// Writes a few bytes of one sector in one call, so that a power cut leaves the old or the new.
    func writeOnce(
        _ file: DiskFile, _ bytes: [UInt8], at offset: Int64
    ) throws(SystemError) {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(SystemError) in try pwrite(file, raw, at: offset) }
        }
        guard try result.get() == bytes.count else {
            throw SystemError(call: "pwrite", subject: file.path, code: EIO)
        }
    }
}

extension OpenClip {
    /// Makes the clip's fragments safe, and the clip final.
    ///
    /// - Returns: the final file.
    func finalize(
        _ ending: ClipEnding, on disk: any Disk
    ) throws(ClipFault) -> FileStatus {
        let finalization: Finalization
        do throws(FormatError) {
            finalization = try Finalization(
                initSegment: initSegment, tables: tables,
                end: ClipEnd(tables: tables, ending), endOffset: UInt64(target.end))
        } catch { throw .format(error) }
        do throws(SystemError) { return try disk.apply(finalization, to: target.file) } catch {
            throw .system(error)
        }
    }
}

extension ClipEnd {
    init(tables: SampleTables, _ ending: ClipEnding) {
        self.init(
            tables: tables, endUTC: ending.end.nanoseconds,
            endMonotonic: ending.endMonotonic.nanoseconds, lostPacketCount: ending.lostPackets,
            timeRepairCount: ending.timeRepairs, reason: ending.reason)
    }
}
