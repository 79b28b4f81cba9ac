import Glibc
import ISOBMFF
import Platform

/// What a look through a volume finds: its clips, and which of them a crash may have left open.
///
/// Only files that begin as a clip of this program count; all others are not ours.
struct VolumeScan: Sendable {
    /// Clips that say they are final.
    var final: [StoredClip] = []
    /// Clips that are not.
    var open: [StoredClip] = []
    /// Bytes of clips that were put aside; they count, and nobody deletes them.
    var quarantinedBytes: Int64 = 0
    /// Files that the disk would not show.
    var unreadable: [SystemError] = []
    /// Folders of days and cameras with clips.
    var folders = 0
    /// The highest number of a clip; the next one gets the number after it.
    var lastSequence: UInt64 = 0

    /// Walks the folders and reads the first sector of each clip that is not known.
    ///
    /// - Parameter known: final clips by path, which are believed without being opened.
    init(_ volume: Volume, known: [String: StoredClip] = [:]) throws(SystemError) {
        let walk = ClipWalk(disk: volume.disk, root: volume.root)
        for day in try walk.days() {
            folders += 1
            for (name, path) in try walk.files(of: day) {
                if let clip = known[path] {
                    final.append(clip)
                    lastSequence = max(lastSequence, clip.sequence)
                    continue
                }
                do throws(SystemError) { try look(at: path, name, volume) } catch {
                    unreadable.append(error)
                }
            }
        }
    }

    private mutating func look(
        at path: String, _ name: String, _ volume: Volume
    ) throws(SystemError) {
        let isQuarantined = name.hasSuffix(".quarantined")
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
        let clip = StoredClip(path: path, header: glance.header, bytes: status.counted)
        lastSequence = max(lastSequence, clip.sequence)
        if glance.isFinal { final.append(clip) } else { open.append(clip) }
    }
}

extension VolumeScan {
    /// Looks at one clip; nil if it is not final.
    static func finalClip(_ path: String, on volume: Volume) throws -> StoredClip? {
        let file = try volume.disk.openat(volume.root, path, O_RDONLY, 0)
        let first = try volume.disk.read(file, at: 0, count: ClipGlance.byteCount)
        let glance = try first.withUnsafeBytes { try ClipGlance(firstBytes: $0) }
        guard glance.isFinal else { return nil }
        return StoredClip(
            path: path, header: glance.header, bytes: try volume.disk.fstat(file).counted)
    }
}

extension StoredClip {
    init(path: String, header: ClipHeader, bytes: Int64) {
        self.init(
            sequence: header.sequence, camera: header.cameraName.isEmpty ? nil : header.cameraName,
            path: path, start: WallTime(nanoseconds: header.startUTC), bytes: bytes)
    }

    init(torn path: String, bytes: Int64) {
        self.init(
            sequence: 0, camera: nil, path: path, start: WallTime(nanoseconds: 0), bytes: bytes)
    }
}
