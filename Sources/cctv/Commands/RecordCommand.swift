import ArgumentParser

/// `cctv record`, and `cctv` without a command.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record the cameras until stopped (this is the default).",
        discussion: """
            The first Ctrl-C or SIGTERM finishes every clip and ends within 5 seconds, a second one \
            ends at once (the next start finishes the clips). SIGHUP reads the settings again.
            """)

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        for warning in try selection.sources().warnings { Screen.say("cctv: \(warning)") }
        try RecorderProgram.run(RecorderProgram.signals(), loader: selection.loader)
    }
}
