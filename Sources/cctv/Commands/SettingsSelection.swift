import ArgumentParser
import Glibc

/// What every command that needs the settings takes: `--config` and the settings' flags.
struct SettingsSelection: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The settings file to read, which must exist.", valueName: "path"))
    var file: String?

    @OptionGroup(title: "Settings")
    var options: SettingsOptions

    /// Everything a person set, from all origins.
    func sources() throws(SettingsError) -> SettingsSources { try loader.sources() }

    /// Reads everything that a person set, again and again.
    var loader: SettingsLoader {
        SettingsLoader(
            fixed: SettingsSources(
                flags: options.words, environment: ProcessSetup.environment),
            given: file)
    }
}
