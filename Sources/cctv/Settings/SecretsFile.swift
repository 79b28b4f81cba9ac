import CLinux
import Glibc
import Platform

/// The file beside the settings that holds their secrets: the same keys in the same form, in a file for
/// its owner alone.
enum SecretsFile {
    /// The secrets of `config.json` are in `secrets.json`, those of `NAME.json` in `NAME.secrets.json`.
    static func path(beside settings: String) -> String {
        let name = settings.split(separator: "/").last ?? ""
        let folder = settings.dropLast(name.count)
        guard name != "config.json" else { return folder + "secrets.json" }
        return folder + (name.hasSuffix(".json") ? name.dropLast(5) : name) + ".secrets.json"
    }

    /// Reads the secrets of a settings file; nil if there are none.
    ///
    /// - Throws: `SettingsError`: it is damaged, others may read it, or this user may not (77).
    static func load(beside settings: String) throws(SettingsError) -> SettingsFile? {
        let path = path(beside: settings)
        var status = stat()
        guard stat(path, &status) == 0 || errno != ENOENT else { return nil }
        guard status.st_mode & 0o077 == 0 else {
            throw SettingsError(
                "others than its owner may read or write the passwords in \(path); "
                    + "close it with: chmod 600 \(path)")
        }
        let text: [UInt8]
        do throws(SystemError) { text = try WholeFile.read(path) } catch {
            throw SettingsError(
                "the passwords in \(path) cannot be read: \(error.reason); the file must belong to "
                    + "the user who records",
                exitStatus: error.code == EACCES ? EX_NOPERM : EX_CONFIG)
        }
        let file = try read(text, path: path)
        try check(file)
        return file
    }

    /// Reads a text of secrets; an error says where it is damaged and nothing of what stands there.
    static func read(_ text: [UInt8], path: String) throws(SettingsError) -> SettingsFile {
        do throws(JSONSyntaxError) { _ = try JSONReader.read(text) } catch {
            throw SettingsError(
                "\(path), \(error.place): the passwords cannot be read from here on; mend the file or "
                    + "put an older one back")
        }
        return try SettingsFile(path: path, text: text)
    }

    /// Refuses what is no secret and has no place there; nothing of it is repeated.
    static func check(_ file: SettingsFile) throws(SettingsError) {
        for member in file.members where member.name != SettingsKey.cameras.name {
            try check(member, in: file, among: SettingsKey.top)
        }
        guard let list = file.members.first(where: { $0.name == SettingsKey.cameras.name }) else {
            return
        }
        let entries = list.value.elements?.map(\.members)
        guard let entries, entries.allSatisfy({ $0 != nil }) else {
            throw SettingsError(
                "\(file.place(of: list.value)): CAMERAS must be a list of objects with NAME and "
                    + SettingsKey.password.name)
        }
        for member in entries.flatMap({ $0 ?? [] }) where member.name != SettingsKey.name.name {
            try check(member, in: file, among: SettingsKey.perCamera)
        }
    }

    private static func check(
        _ member: JSON.Member, in file: SettingsFile, among keys: [SettingsKey]
    ) throws(SettingsError) {
        let place = file.place(ofByte: member.nameBytes.lowerBound)
        guard let key = keys.first(where: { $0.name == member.name }) else {
            // Not repeated: who mistakes the form may have a password there.
            let nearest = SettingsKey.nearest(
                to: member.name, among: keys.filter { $0.kind == .secret })
            throw SettingsError(
                "\(place): no secret has this name"
                    + (nearest.map { "; did you mean \($0.name)?" } ?? ""))
        }
        guard key.kind == .secret else {
            throw SettingsError(
                "\(place): \(key.name) is no secret and belongs into the settings file")
        }
        guard member.value.isNull || member.value.string != nil else {
            throw SettingsError("\(place): \(key.name) must be \(key.kind.allowed)")
        }
    }
}

extension SettingsFile {
    /// The secrets of one camera.
    func secrets(of camera: String) -> [JSON.Member] {
        cameraEntries.first { $0[SettingsKey.name.name]?.string == camera }?.members ?? []
    }

    /// Writes secrets to their path in one step, for their owner alone: the settings' if they are new.
    func saveSecrets(beside settings: String) throws(SystemError) {
        try Files.replace(path, with: text, mode: 0o600, keepingMode: false, ownedAs: settings)
    }
}
