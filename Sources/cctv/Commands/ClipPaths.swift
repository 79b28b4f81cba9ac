import Archive
import Glibc

/// Finds the clips that the paths of a command name.
enum ClipPaths {
    /// Returns each file as it was named, and of each folder every clip below it, in order.
    ///
    /// - Throws: `CommandFailure` (66) for a path that is not there or cannot be listed.
    static func expand(_ paths: [String]) throws(CommandFailure) -> [String] {
        var clips: [String] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw CommandFailure("\(path): \(String(cString: strerror(errno)))", EX_NOINPUT)
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try list(path, into: &clips)
            } else {
                clips.append(path)
            }
        }
        return clips
    }

    private static func list(
        _ folder: String, into clips: inout [String]
    ) throws(CommandFailure) {
        guard let directory = opendir(folder) else {
            throw CommandFailure("\(folder): \(String(cString: strerror(errno)))", EX_NOINPUT)
        }
        var names: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            // A link is not followed: it may lead out of the recordings, or in circles.
            guard !name.hasPrefix("."), lstat("\(folder)/\(name)", &status) == 0 else { continue }
            let type = status.st_mode & S_IFMT
            if type == S_IFDIR {
                names.append((name, true))
            } else if type == S_IFREG, ClipName.isClip(name) {
                names.append((name, false))
            }
        }
        closedir(directory)
        for (name, isFolder) in names.sorted(by: { $0.name < $1.name }) {
            if isFolder {
                try list("\(folder)/\(name)", into: &clips)
            } else {
                clips.append("\(folder)/\(name)")
            }
        }
    }
}
