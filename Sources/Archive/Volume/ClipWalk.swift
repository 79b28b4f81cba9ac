import Glibc
import Platform

/// Walks the folders of a volume: `[NAME/]YYYY-MM-DD/`.
struct ClipWalk {
    let disk: any Disk
    let root: DiskFile

    /// The folders of days, relative to the volume.
    func days() throws(SystemError) -> [String] {
        var days: [String] = []
        for entry in try disk.readdir(root) where entry.kind == .directory {
            if ClipName.isDay(entry.name) {
                days.append(entry.name)
            } else if !entry.name.hasPrefix(".") {
                guard let folder = try foreign(entry.name) else { continue }
                for day in try disk.readdir(folder)
                where day.kind == .directory && ClipName.isDay(day.name) {
                    days.append("\(entry.name)/\(day.name)")
                }
            }
        }
        return days
    }

    /// Opens a folder that may not be ours; nil if it is closed to us, as `lost+found` is.
    private func foreign(_ name: String) throws(SystemError) -> DiskFile? {
        do throws(SystemError) {
            return try disk.openat(root, name, O_RDONLY | O_DIRECTORY, 0)
        } catch {
            guard error.code == EACCES || error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// The files in a day's folder, with their paths; none if the folder went meanwhile.
    func files(of day: String) throws(SystemError) -> [(name: String, path: String)] {
        do throws(SystemError) {
            let folder = try disk.openat(root, day, O_RDONLY | O_DIRECTORY, 0)
            return try disk.readdir(folder).filter { $0.kind == .file }.map {
                ($0.name, "\(day)/\($0.name)")
            }
        } catch {
            guard error.code != ENOENT else { return [] }
            throw error
        }
    }
}
