import Glibc
import ISOBMFF
import Platform

/// Clips that a look through a volume has found, and which of them a crash may have left open.
///
/// Only files that begin as a clip of this program count; all others are not ours.
struct VolumeScan: Sendable {
    static let quarantined = ".quarantined"

    /// Clips that say they are final.
    var final: [StoredClip] = []
    /// Clips that are not.
    var open: [StoredClip] = []
    /// Bytes of clips that were put aside; they count, and nobody deletes them.
    var quarantinedBytes: Int64 = 0
    /// Files that the disk would not show.
    var unreadable: [SystemError] = []
    /// The highest number of a clip; the next one gets the number after it.
    var lastSequence: UInt64 = 0
    /// What the files took when they were measured, ours or not, by the folder of their camera.
    var sizes: [String?: Int64] = [:]

    /// Nothing found yet.
    init() {}

    /// The start of the newest clip that was recorded by a clock that could be right.
    var newestStart: WallTime? { (final + open).filter(\.isClockCertain).map(\.start).max() }

    /// Reads the first sector of a file and adds it, if it is a clip.
    mutating func look(
        at path: String, _ name: String, _ volume: Volume
    ) throws(SystemError) {
        let isQuarantined = name.hasSuffix(Self.quarantined)
        guard isQuarantined || ClipName.isClip(name) else { return }
        let file = try volume.disk.openat(volume.root, path, O_RDONLY, 0)
        let status = try volume.disk.fstat(file)
        guard !isQuarantined else {
            quarantinedBytes += status.counted
            return
        }
        let first = try volume.disk.read(file, at: 0, count: ClipGlance.byteCount)
        guard let glance = try? first.withUnsafeBytes({ try ClipGlance(firstBytes: $0) }) else {
            // A new file whose first bytes a power cut took: ours by its place and its name.
            if first.allSatisfy({ $0 == 0 }) {
                open.append(StoredClip(torn: path, bytes: status.counted))
            }
            return
        }
        let clip = try StoredClip(path, glance, status, file, on: volume.disk)
        lastSequence = max(lastSequence, clip.sequence)
        if glance.isFinal { final.append(clip) } else { open.append(clip) }
    }
}

extension StoredClip {
    /// Looks at one clip; nil if it is no clip, or not final.
    init?(finalAt path: String, on volume: Volume) throws(SystemError) {
        let file = try volume.disk.openat(volume.root, path, O_RDONLY, 0)
        let first = try volume.disk.read(file, at: 0, count: ClipGlance.byteCount)
        guard let glance = try? first.withUnsafeBytes({ try ClipGlance(firstBytes: $0) }),
            glance.isFinal
        else { return nil }
        try self.init(path, glance, try volume.disk.fstat(file), file, on: volume.disk)
    }

    fileprivate init(
        _ path: String, _ glance: ClipGlance, _ status: FileStatus, _ file: DiskFile,
        on disk: any Disk
    ) throws(SystemError) {
        let header = glance.header
        let tail = max(0, status.size - Int64(ClipEnd.byteCount))
        let last =
            glance.isFinal ? try disk.read(file, at: tail, count: ClipEnd.byteCount) : []
        let end = try? last.withUnsafeBytes { try ClipEnd(lastBytes: $0) }
        self.init(
            sequence: header.sequence, camera: header.cameraName.isEmpty ? nil : header.cameraName,
            path: path, start: WallTime(nanoseconds: header.startUTC),
            end: WallTime(nanoseconds: end?.endUTC ?? header.startUTC),
            isClockCertain: !header.isClockUncertain, bytes: status.counted)
    }

    fileprivate init(torn path: String, bytes: Int64) {
        let unknown = WallTime(nanoseconds: 0)
        self.init(
            sequence: 0, camera: nil, path: path, start: unknown, end: unknown,
            isClockCertain: false, bytes: bytes)
    }
}
