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
    func sources() throws(SettingsError) -> SettingsSources {
        let environment = ProcessSetup.environment
        return SettingsSources(
            flags: options.words, environment: environment,
            file: try SettingsFile.find(given: file, environment: environment))
    }
}
