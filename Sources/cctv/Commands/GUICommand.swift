import ArgumentParser
import CLinux
import Glibc
import Platform

/// `cctv gui`.
struct GUICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gui",
        abstract: "Open the console of the running recorder, or of one that it starts.",
        discussion: """
            A recorder that is started by it does not record before somebody says so in the console, \
            and ends with Ctrl-C. The console's address is printed in any case.
            """)

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        var loader = selection.loader
        let settings = try Settings(loader.sources())
        guard let listen = settings.listen else {
            throw CommandFailure("the console is left out by WEB or --no-web", EX_USAGE)
        }
        do throws(CommandFailure) {
            let client = ControlClient(folder: settings.outputFolder)
            _ = try client.ask("GET", "session")
            let url = listen.consoleURL(settings.connections)
            // Refused when there is a password already, and then the page asks for it.
            let token = try? client.ask("POST", "setup/token")["token"]?.string
            return Browser.open(token.map { url + "setup#token=" + $0 } ?? url)
        } catch {
            guard error.exitStatus == EX_UNAVAILABLE else { throw error }
        }
        let adjust = loader.adjust
        loader.adjust = { sources in
            var sources = adjust?(sources) ?? sources
            sources.flags[SettingsKey.recordAtStart.name] = "false"
            return sources
        }
        try RecorderProgram.run(
            RecorderProgram.signals(), loader: loader, onConsole: { Browser.open($0) })
    }
}

/// The person's web browser.
enum Browser {
    /// Prints an address and shows it in a browser, if there is a desktop with one.
    static func open(_ address: String) {
        print("console: \(address)")
        // A pipe would keep it until the recorder ends.
        fflush(nil)
        let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains {
            ProcessSetup.environment[$0] != nil
        }
        guard hasDesktop else { return }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for number in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0)
        }
        let command: [String] = ["xdg-open", address]
        var words = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        // Without a browser the printed address is enough.
        _ = posix_spawnp(&process, "xdg-open", &actions, nil, &words, environ)
    }
}
