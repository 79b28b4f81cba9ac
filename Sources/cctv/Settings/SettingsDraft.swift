import Glibc
import Platform

/// The settings file and the secrets beside it while they are changed: a secret that is set goes to
/// the secrets, and out of the settings.
struct SettingsDraft {
    private(set) var file: SettingsFile
    private(set) var secrets: SettingsFile
    private let secretsBefore: SettingsFile
    private let hadSecrets: Bool

    /// Begins with what is there.
    ///
    /// - Parameter path: of the settings, if there are none yet.
    /// - Throws: `SettingsError` for secrets that cannot be read, or not by this user.
    init(_ sources: SettingsSources, path: String) throws(SettingsError) {
        try sources.needSecrets()
        let empty = Array("{\n}\n".utf8)
        var found = sources.secrets
        if let known = sources.file {
            file = known
        } else {
            file = try SettingsFile(path: path, text: empty)
            found = try SecretsFile.load(beside: path)
        }
        hadSecrets = found != nil
        if let found {
            secretsBefore = found
        } else {
            let path = SecretsFile.path(beside: file.path)
            secretsBefore = try SettingsFile(path: path, text: empty)
        }
        secrets = secretsBefore
    }

    /// The entries of `CAMERAS`, without their secrets.
    var cameraEntries: [JSON] { file.cameraEntries }

    /// What a key of the top is set to, in either file; nil if it is not, or to nothing.
    func value(_ key: SettingsKey) -> JSON? {
        let files = key.kind == .secret ? [file, secrets] : [file]
        return files.compactMap { file in
            file.members.first { $0.name == key.name }?.value
        }.first { !$0.isNull && $0.string?.isEmpty != true }
    }

    /// Sets a key; a secret without any text is removed.
    mutating func set(
        _ key: SettingsKey, to value: JSON, at place: SettingsFile.Place = .top
    ) throws(SettingsError) {
        guard key.kind == .secret else {
            if key.name == SettingsKey.name.name, let new = value.string {
                try rename(place, to: new)
            }
            return try file.set(key.name, to: value, at: place)
        }
        guard value.string?.isEmpty != true else { return try remove(key, at: place) }
        try file.remove(key.name, at: place)
        guard let name = name(of: place) else { return try secrets.set(key.name, to: value) }
        if index(of: name) == nil {
            try secrets.addCamera([SettingsKey.name.name: JSON(name)])
        }
        guard let index = index(of: name) else { return }
        try secrets.set(key.name, to: value, at: .camera(index))
    }

    /// Removes a key; one that is not there is no error.
    mutating func remove(
        _ key: SettingsKey, at place: SettingsFile.Place = .top
    ) throws(SettingsError) {
        try file.remove(key.name, at: place)
        guard key.kind == .secret else { return }
        guard let name = name(of: place) else { return try secrets.remove(key.name) }
        guard let index = index(of: name) else { return }
        try secrets.remove(key.name, at: .camera(index))
        if secrets.secrets(of: name).count == 1 { try secrets.removeCamera(at: index) }
    }

    /// Appends an entry to `CAMERAS`; what a camera of its name has left behind goes.
    mutating func addCamera(_ entry: JSON) throws(SettingsError) {
        try file.addCamera(entry)
        try forget(entry[SettingsKey.name.name]?.string)
    }

    /// Removes a camera with its secrets.
    mutating func removeCamera(at index: Int) throws(SettingsError) {
        let name = name(of: .camera(index))
        try file.removeCamera(at: index)
        try forget(name)
    }

    /// Saves both.
    ///
    /// Secrets are written first and those of cameras that go last, so that whatever is cut off leaves a
    /// camera without a name for it rather than a camera without its password.
    func save() throws(SystemError) {
        guard secrets.text != secretsBefore.text else { return try file.save() }
        let all = withFormerCameras()
        try all.saveSecrets(beside: file.path)
        do throws(SystemError) { try file.save() } catch {
            if hadSecrets {
                try? secretsBefore.saveSecrets(beside: file.path)
            } else {
                unlink(secrets.path)
            }
            throw error
        }
        if all.text != secrets.text { try secrets.saveSecrets(beside: file.path) }
    }

    /// The new secrets, and those of cameras that are called otherwise now or are gone.
    private func withFormerCameras() -> SettingsFile {
        var all = secrets
        for entry in secretsBefore.cameraEntries
        where index(of: entry[SettingsKey.name.name]?.string ?? "") == nil {
            // The texts were read before, so that nothing here can be refused.
            try? all.addCamera(entry)
        }
        return all
    }

    private mutating func rename(
        _ place: SettingsFile.Place, to new: String
    ) throws(SettingsError) {
        guard let name = name(of: place), name != new else { return }
        // What a camera of that name has left behind is not this one's.
        try forget(new)
        guard let index = index(of: name) else { return }
        try secrets.set(SettingsKey.name.name, to: JSON(new), at: .camera(index))
    }

    private mutating func forget(_ name: String?) throws(SettingsError) {
        if let name, let index = index(of: name) { try secrets.removeCamera(at: index) }
    }

    /// The name of the camera at a place; nil for the top.
    private func name(of place: SettingsFile.Place) -> String? {
        guard case .camera(let index) = place else { return nil }
        return file.cameraEntries[index][SettingsKey.name.name]?.string ?? ""
    }

    private func index(of name: String) -> Int? {
        secrets.cameraEntries.firstIndex { $0[SettingsKey.name.name]?.string == name }
    }
}
