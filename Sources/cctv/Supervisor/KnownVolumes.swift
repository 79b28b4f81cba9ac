import CLinux
import Glibc
import Platform

/// Remembers which volume was seen in which folder, so that an unmounted disk is noticed.
///
/// Only folders on a disk of their own are remembered: on the system's disk nothing can be
/// unmounted, and a folder that somebody deleted is simply begun anew. Without a place for the
/// memory nothing is remembered, and nothing fails.
struct KnownVolumes {
    /// `volumes.json` below `$STATE_DIRECTORY`, `$XDG_STATE_HOME/cctv` or `~/.local/state/cctv`.
    let path: String?

    init(environment: [String: String]) {
        path = StateFolder.path(environment: environment).map { $0 + "/volumes.json" }
    }

    /// The UUID that was last seen in a folder.
    func uuid(in folder: String) -> String? { known[Self.absolute(folder)]?.string }

    /// Remembers a folder's volume, if its disk is not the system's.
    func remember(_ uuid: String, in folder: String) {
        var (own, system) = (stat(), stat())
        guard stat(folder, &own) == 0, stat("/", &system) == 0 else { return }
        // An adopted mount point lies on the system's disk: what was mounted there is past.
        store(own.st_dev == system.st_dev ? nil : uuid, in: folder)
    }

    /// Whether a folder held a volume, by what this user or the machine's service remembers, and holds none.
    static func isMissing(_ folder: String, environment: [String: String]) -> Bool {
        guard access(folder + "/.cctv/volume.json", F_OK) != 0,
            [ENOENT, ENOTDIR].contains(errno)
        else { return false }
        return [KnownVolumes(environment: environment), service].contains {
            $0.uuid(in: folder) != nil
        }
    }

    private static var service: KnownVolumes {
        KnownVolumes(environment: ["STATE_DIRECTORY": StateFolder.ofService])
    }

    /// Remembers a volume that a person accepted, here and where the machine's service waits for another.
    static func adopt(_ uuid: String, in folder: String, environment: [String: String]) {
        KnownVolumes(environment: environment).remember(uuid, in: folder)
        if service.uuid(in: folder) != nil { service.remember(uuid, in: folder) }
    }

    /// Writes a folder's volume down; nil forgets it.
    func store(_ uuid: String?, in folder: String) {
        let key = Self.absolute(folder)
        guard let path, known[key]?.string != uuid else { return }
        var members = known.members ?? []
        members.removeAll { $0.name == key }
        if let uuid { members.append(JSON.Member(name: key, value: JSON(uuid))) }
        let text = JSON(.object(members)).indented + "\n"
        Self.makeFolders(WholeFile.folder(of: path))
        try? Files.replace(path, with: Array(text.utf8), mode: 0o600)
    }

    private var known: JSON {
        let empty = JSON(.object([]))
        guard let path, let bytes = try? WholeFile.read(path) else { return empty }
        return (try? JSONReader.read(bytes)) ?? empty
    }

    /// The folder's whole path, also while it is not there.
    static func absolute(_ folder: String) -> String {
        if let resolved = realpath(folder, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard let current = getcwd(nil, 0) else { return folder }
        defer { free(current) }
        return Files.path(folder, in: String(cString: current))
    }

    /// Makes a folder and those it lies in, for their owner only.
    static func makeFolders(_ folder: String) {
        for end in folder.indices.dropFirst() where folder[end] == "/" {
            mkdir(String(folder[..<end]), 0o700)
        }
        mkdir(folder, 0o700)
    }
}
