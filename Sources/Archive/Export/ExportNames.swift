import Glibc
import Platform

/// Where the files of an export lie.
struct ExportNames {
    /// The path that was asked for.
    let path: String
    let folder: String
    let movie: String
    let manifest: String

    /// Names the files of an export to `path`.
    ///
    /// - Throws: `ExportError` if the folder does not exist or is the recorder's own.
    init(_ path: String) throws(ExportError) {
        self.path = path
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        movie = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard !movie.isEmpty, movie != ".", movie != ".." else {
            throw .system(SystemError(call: "open", subject: path, code: EISDIR))
        }
        manifest = (movie.hasSuffix(".mp4") ? String(movie.dropLast(4)) : movie) + ".json"
        // A link must not lead into the private folder unseen.
        guard let real = realpath(parent, nil) else {
            throw .system(SystemError(call: "open", subject: parent))
        }
        folder = String(cString: real)
        free(real)
        guard !folder.split(separator: "/").contains(Substring(Volume.privateFolder)) else {
            throw .privateFolder(path: path)
        }
    }

    /// The path of the manifest.
    var manifestPath: String {
        let folder = path.dropLast(movie.count)
        return folder + manifest
    }

    /// The name under which a file is written.
    static func partial(_ name: String) -> String { name + ".partial" }
}
