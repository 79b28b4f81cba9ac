/// Everything a person set, by origin: the flags win over the environment, that over the file, and that
/// over the secrets beside it.
struct SettingsSources: Sendable {
    /// Values of flags by key name.
    var flags: [String: String] = [:]
    /// The process's environment.
    var environment: [String: String] = [:]
    var file: SettingsFile?
    /// The secrets beside the file; nil without any.
    var secrets: SettingsFile?
    /// Why this user may not read the secrets that are there; commands that need none go on without.
    var hiddenSecrets: SettingsError?

    /// Returns a setting as its strongest origin wrote it; nil if nobody did and it has no default.
    func raw(_ key: SettingsKey) -> RawSetting? {
        if let word = flags[key.name] { return RawSetting(content: .word(word), origin: .flag) }
        if key.scope != .entry, let word = environment[key.environmentName] {
            return RawSetting(content: .word(word), origin: .environment)
        }
        let typed = file.flatMap { Self.raw(key, in: $0, .file) }
        if key.kind == .secret, typed?.isEmpty != false,
            let kept = secrets.flatMap({ Self.raw(key, in: $0, .secrets) })
        {
            return kept
        }
        if let typed { return typed }
        return key.fallback.map { RawSetting(content: .word($0), origin: .fallback) }
    }

    private static func raw(
        _ key: SettingsKey, in file: SettingsFile, _ origin: SettingOrigin
    ) -> RawSetting? {
        guard let member = file.members.first(where: { $0.name == key.name }),
            !member.value.isNull
        else { return nil }
        return RawSetting(
            content: .json(member.value), origin: origin, filePlace: file.place(of: member.value))
    }

    /// Refuses to go on without secrets that this user may not read.
    func needSecrets() throws(SettingsError) { if let hiddenSecrets { throw hiddenSecrets } }

    /// What is to be said about files that hold but should not stay as they are.
    var warnings: [String] {
        guard let file, let secrets else { return [file?.warning].compactMap(\.self) }
        func isDouble(_ a: [JSON.Member], _ b: [JSON.Member]) -> Bool {
            a.contains { typed in
                typed.value.string?.isEmpty == false && typed.name != SettingsKey.name.name
                    && b.contains { $0.name == typed.name && $0.value.string != typed.value.string }
            }
        }
        let isAnyDouble =
            isDouble(file.members, secrets.members)
            || file.cameraEntries.contains { entry in
                let name = entry[SettingsKey.name.name]?.string ?? ""
                return isDouble(entry.members ?? [], secrets.secrets(of: name))
            }
        let double =
            "warning: a password stands in \(file.path) and another for the same in "
            + "\(secrets.path); the one in \(file.path) holds"
        return [file.warning, isAnyDouble ? double : nil].compactMap(\.self)
    }

    /// Looks for keys that no setting has.
    func checkKeys() throws(SettingsError) {
        if let secrets { try SecretsFile.check(secrets) }
        for member in file?.members ?? [] {
            try Self.check(member, in: file, among: SettingsKey.top)
        }
        for name in environment.keys.sorted() where name.hasPrefix("CCTV_") {
            let key = String(name.dropFirst(5))
            guard !SettingsKey.top.contains(where: { $0.name == key }) else { continue }
            // Container systems add names such as CCTV_PORT for a service called cctv, so that only
            // what looks like a misspelt setting can be an error.
            guard let nearest = SettingsKey.nearest(to: key, among: SettingsKey.top) else {
                continue
            }
            throw SettingsError(
                "there is no setting \(name) in the environment; "
                    + "did you mean \(nearest.environmentName)?")
        }
    }

    /// Refuses a key that may not stand among `keys`.
    static func check(
        _ member: JSON.Member, in file: SettingsFile?, among keys: [SettingsKey]
    ) throws(SettingsError) {
        guard !keys.contains(where: { $0.name == member.name }) else { return }
        let place = file?.place(ofByte: member.nameBytes.lowerBound) ?? SettingsKey.cameras.name
        if let known = SettingsKey.all.first(where: { $0.name == member.name }) {
            throw SettingsError(
                known.scope == .entry
                    ? "\(place): \(known.name) belongs to one camera, in an entry of CAMERAS"
                    : "\(place): \(known.name) holds for all cameras and belongs to the top")
        }
        throw .unknown(member.name, at: place, among: keys)
    }
}

extension JSON {
    var isNull: Bool { if case .null = content { true } else { false } }
}
