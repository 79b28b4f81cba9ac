import Glibc

/// Where a recorder's settings come from, for reading them again and for saving some.
struct SettingsLoader: Sendable {
    /// Flags and environment, which a process keeps.
    let fixed: SettingsSources
    /// What `--config` names; nil if it was not given.
    let given: String?
    /// What the command makes of a person's settings.
    var adjust: (@Sendable (SettingsSources) -> SettingsSources)?
    /// Why nothing can be saved, for a recorder whose settings are not the file's.
    var readOnlyReason: String?

    /// Reads flags, environment, file and secrets as they are now.
    func sources() throws(SettingsError) -> SettingsSources {
        var sources = fixed
        sources.file = try SettingsFile.find(given: given, environment: fixed.environment)
        if let file = sources.file {
            do throws(SettingsError) {
                sources.secrets = try SecretsFile.load(beside: file.path)
            } catch {
                guard error.exitStatus == EX_NOPERM else { throw error }
                sources.hiddenSecrets = error
            }
        }
        return adjusted(sources)
    }

    /// The sources as the command wants them.
    func adjusted(_ sources: SettingsSources) -> SettingsSources { adjust?(sources) ?? sources }

    /// Reads the settings as they are now.
    func load() throws(SettingsError) -> Settings { try Self.settings(sources()) }

    /// Reads settings that a recorder can begin with.
    static func settings(_ sources: SettingsSources) throws(SettingsError) -> Settings {
        try sources.needSecrets()
        let settings = try Settings(sources)
        // Without a console nobody could add a camera.
        if settings.listen == nil { _ = try settings.enabledCameras() }
        return settings
    }
}
