import Glibc
import ISOBMFF
import Platform

// Clips go, and nothing else: what stands in a clip's place is looked at first.
extension RoomKeeper {
    /// Returns false if one of them could not be deleted; it then counts and is left alone.
    mutating func delete(
        _ deletions: [Retention.Deletion], today: WallTime, tell: (ArchiveEvent) -> Void
    ) -> Bool {
        var all = true
        for deletion in deletions {
            let clip = deletion.clip
            ledger.remove(clip)
            do throws(SystemError) {
                switch try whatStands(inPlaceOf: clip) {
                case .itself:
                    try volume.disk.remove(clip.path, in: volume.root)
                    removeFolder(of: clip, today: today)
                    tell(
                        .clipDeleted(
                            path: clip.path, camera: clip.camera, start: clip.start,
                            bytes: clip.bytes, reason: deletion.reason))
                case .another(let other):
                    tell(.clipReplaced(path: clip.path, camera: clip.camera, isOurs: true))
                    close(other)
                    all = false
                case .foreign:
                    tell(.clipReplaced(path: clip.path, camera: clip.camera, isOurs: false))
                case .nothing:
                    removeFolder(of: clip, today: today)
                    tell(.clipMissing(path: clip.path, camera: clip.camera))
                }
            } catch {
                all = false
                unmovable += clip.bytes
                tell(.deletionFailed(path: clip.path, cause: error))
            }
        }
        return all
    }

    private enum Found {
        case itself, foreign, nothing
        case another(StoredClip)
    }

    /// Reads the first bytes of the file that a clip is thought to be in.
    ///
    /// The index is believed about clips without opening them, and a person may have put another
    /// file there.
    private func whatStands(inPlaceOf clip: StoredClip) throws(SystemError) -> Found {
        let file: DiskFile
        do throws(SystemError) {
            file = try volume.disk.openat(volume.root, clip.path, O_RDONLY | O_NOFOLLOW, 0)
        } catch {
            switch error.code {
            case ENOENT: return .nothing
            case ELOOP: return .foreign
            default: throw error
            }
        }
        let first = try volume.disk.read(file, at: 0, count: ClipGlance.byteCount)
        guard let glance = try? first.withUnsafeBytes({ try ClipGlance(firstBytes: $0) }) else {
            return .foreign
        }
        let header = glance.header
        guard header.sequence != clip.sequence || header.startUTC != clip.start.nanoseconds else {
            return .itself
        }
        guard let other = try StoredClip(finalAt: clip.path, on: volume) else { return .foreign }
        return .another(other)
    }

    /// Removes the day's folder if that was its last clip; today's stays, the next clip needs it.
    private mutating func removeFolder(of clip: StoredClip, today: WallTime) {
        guard let end = clip.path.lastIndex(of: "/") else { return }
        let folder = String(clip.path[..<end])
        guard folder != ClipName.dayFolder(camera: clip.camera, at: today) else { return }
        do throws(SystemError) {
            try volume.disk.unlinkat(volume.root, folder, AT_REMOVEDIR)
            folders.remove(folder)
        } catch {
            // Other files, or newer clips, are still in it.
        }
    }
}
