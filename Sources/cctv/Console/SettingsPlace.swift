import Glibc
import Platform

/// Where settings are saved.
enum SettingsPlace {
    /// The file's path: the given one, the one that is there, or the first place where one can be made.
    static func path(for loader: SettingsLoader) -> String {
        let places = SettingsFile.places(loader.fixed.environment)
        if let given = loader.given { return given }
        return places.first { access($0, F_OK) == 0 } ?? places.first { isWritable($0) }
            ?? places[0]
    }

    /// Why nothing can be saved to a path; nil if it can.
    static func obstacle(to path: String) -> String? {
        let folder = WholeFile.folder(of: path)
        if access(folder, F_OK) == 0, access(folder, W_OK) != 0 {
            return
                "The folder of \(path) is not writable for this recorder; change the file by hand, "
                + "or give the recorder's user the right to write there."
        }
        return nil
    }

    /// Whether a file could be made there, with the folders above it.
    private static func isWritable(_ path: String) -> Bool {
        var folder = WholeFile.folder(of: path)
        while access(folder, F_OK) != 0, folder != "/", folder != "." {
            folder = WholeFile.folder(of: folder)
        }
        return access(folder, W_OK) == 0
    }
}
