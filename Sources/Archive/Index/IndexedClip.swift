import Glibc
import ISOBMFF
import Platform

/// A row of the index: a clip as its file shows it, and what it takes from the limits.
struct IndexedClip: Hashable, Sendable {
    var clip: CatalogClip
    var counted: Int64

    init(_ clip: CatalogClip, counted: Int64) {
        self.clip = clip
        self.counted = counted
    }

    /// Its place in the listing.
    var place: (camera: String, sequence: UInt64, start: Int64) {
        (clip.header.cameraName, clip.header.sequence, clip.header.startUTC)
    }

    /// The columns in the order of the table.
    var values: [DatabaseValue] {
        let (header, end) = (clip.header, clip.end)
        return [
            .text(clip.path), .text(header.cameraName), DatabaseValue(header.sequence),
            .integer(clip.state == .final ? 1 : 0), .integer(header.startUTC),
            .integer(header.startMonotonic), .blob(header.bootID),
            .integer(header.isClockUncertain ? 1 : 0), .integer(end.endUTC),
            .integer(end.endMonotonic), DatabaseValue(end.mediaDuration),
            DatabaseValue(end.payloadByteCount), DatabaseValue(end.primarySampleCount),
            DatabaseValue(end.otherSampleCount), DatabaseValue(end.fragmentCount),
            DatabaseValue(end.lostPacketCount), DatabaseValue(end.timeRepairCount),
            DatabaseValue(end.reason.rawValue), .integer(clip.byteCount), .integer(counted),
            .integer(clip.endTime.nanoseconds),
        ]
    }

    init(_ row: DatabaseRow) {
        let header = ClipHeader(
            cameraName: row.text(1) ?? "", startUTC: row.integer(4),
            startMonotonic: row.integer(5), bootID: row.blob(6), sequence: row.number(2),
            isClockUncertain: row.integer(7) == 1)
        let end = ClipEnd(
            endUTC: row.integer(8), endMonotonic: row.integer(9), mediaDuration: row.number(10),
            payloadByteCount: row.number(11), primarySampleCount: row.number(12),
            otherSampleCount: row.number(13), fragmentCount: row.number(14),
            lostPacketCount: row.number(15), timeRepairCount: row.number(16),
            reason: EndReason(rawValue: row.number(17)) ?? .other)
        clip = CatalogClip(
            path: row.text(0) ?? "", header: header, state: row.integer(3) == 1 ? .final : .open,
            end: end, byteCount: row.integer(18))
        counted = row.integer(19)
    }
}

extension IndexedClip {
    /// Reads the first and the last bytes of a file; nil if it is no clip, or gone.
    ///
    /// Of an open clip only its beginning is told: its end moves.
    init?(_ path: String, on disk: any Disk, in root: DiskFile) throws(SystemError) {
        let file: DiskFile
        do throws(SystemError) { file = try disk.openat(root, path, O_RDONLY, 0) } catch {
            guard error.code != ENOENT else { return nil }
            throw error
        }
        let status = try disk.fstat(file)
        let first = try disk.read(file, at: 0, count: ClipGlance.byteCount)
        guard let glance = try? first.withUnsafeBytes({ try ClipGlance(firstBytes: $0) }) else {
            return nil
        }
        let tail = max(0, status.size - Int64(ClipEnd.byteCount))
        let last =
            glance.isFinal ? try disk.read(file, at: tail, count: ClipEnd.byteCount) : []
        let end = try? last.withUnsafeBytes { try ClipEnd(lastBytes: $0) }
        let clip = CatalogClip(
            path: path, header: glance.header, state: end == nil ? .open : .final,
            end: end ?? ClipEnd(none: glance.header), byteCount: end == nil ? 0 : status.size)
        self.init(clip, counted: end == nil ? 0 : status.counted)
    }
}

extension ClipEnd {
    /// The end of a clip that has none yet.
    fileprivate init(none header: ClipHeader) {
        self.init(
            endUTC: header.startUTC, endMonotonic: header.startMonotonic, mediaDuration: 0,
            payloadByteCount: 0, primarySampleCount: 0, otherSampleCount: 0, fragmentCount: 0,
            reason: .other)
    }
}
