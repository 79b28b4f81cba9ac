public import Platform

/// Why a folder cannot be recorded to now.
public enum VolumeError: Error, Equatable, Sendable {
    /// Another recorder holds the folder; `since` is when it took it.
    case alreadyRunning(folder: String, pid: Int32, since: WallTime)
    /// The folder was a volume before and comes up without its marker, or is gone: not mounted.
    case notMounted(folder: String)
    /// Another volume stands where this one did.
    case otherVolume(folder: String, expected: String, found: String)
    /// The marker is there but cannot be read as one.
    case damagedMarker(folder: String)
    /// The system refused a call.
    case system(folder: String, SystemError)
}

extension VolumeError: CustomStringConvertible {
    /// What is wrong with the folder and what to do about it.
    public var description: String {
        switch self {
        case .alreadyRunning(let folder, let pid, _):
            "another cctv (process \(pid)) records to \(folder) already; stop it first"
        case .notMounted(let folder):
            """
            \(folder) held recordings before and now lacks .cctv/volume.json: its disk is probably \
            not mounted. Nothing is written there. Mount the disk, or make the folder a new volume \
            with: cctv volume adopt \(folder)
            """
        case .otherVolume(let folder, let expected, let found):
            """
            \(folder) is volume \(found), but \(expected) was there before. Mount the right disk, \
            or accept this one with: cctv volume adopt \(folder)
            """
        case .damagedMarker(let folder):
            """
            \(folder)/.cctv/volume.json is damaged. If the folder is the right one, accept it with: \
            cctv volume adopt \(folder)
            """
        case .system(let folder, let error):
            "cannot record to \(folder): \(error)"
        }
    }
}
