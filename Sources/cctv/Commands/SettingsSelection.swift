import Archive
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

    /// The output folder, for a command that looks into it.
    ///
    /// - Throws: `CommandFailure` (66) if its disk is missing: the empty mount point would pass for a folder
    ///   without recordings.
    func recordings() throws -> String {
        let folder = try Settings(sources()).outputFolder
        guard !KnownVolumes.isMissing(folder, environment: ProcessSetup.environment) else {
            throw CommandFailure("\(VolumeError.notMounted(folder: folder))", EX_NOINPUT)
        }
        return folder
    }

    /// Reads everything that a person set, again and again.
    var loader: SettingsLoader {
        SettingsLoader(
            fixed: SettingsSources(
                flags: options.words, environment: ProcessSetup.environment),
            given: file)
    }
}
