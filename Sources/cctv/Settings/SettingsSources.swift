/// Everything a person set, by origin: the flags win over the environment, that over the file.
struct SettingsSources: Sendable {
    /// Values of flags by key name.
    var flags: [String: String] = [:]
    /// The process's environment.
    var environment: [String: String] = [:]
    var file: SettingsFile?

    /// Returns a setting as its strongest origin wrote it; nil if nobody did and it has no default.
    func raw(_ key: SettingsKey) -> RawSetting? {
        if let word = flags[key.name] { return RawSetting(content: .word(word), origin: .flag) }
        if key.scope != .entry, let word = environment[key.environmentName] {
            return RawSetting(content: .word(word), origin: .environment)
        }
        if let file, let member = file.members.first(where: { $0.name == key.name }),
            !member.value.isNull
        {
            return RawSetting(
                content: .json(member.value), origin: .file,
                filePlace: file.place(of: member.value))
        }
        return key.fallback.map { RawSetting(content: .word($0), origin: .fallback) }
    }

    /// Looks for keys that no setting has.
    func checkKeys() throws(SettingsError) {
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
