import ArgumentParser

/// `cctv notify`.
struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Try whether notices of trouble arrive.",
        subcommands: [NotifyTestCommand.self])
}

/// `cctv notify test`.
struct NotifyTestCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Make the running recorder send a notice to everybody who is told.",
        discussion: "Whether it arrived is seen there; what does not arrive is in the log.")

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        _ = try recorder().ask("POST", "notifications/test")
        print("a test notice is on its way")
    }
}
