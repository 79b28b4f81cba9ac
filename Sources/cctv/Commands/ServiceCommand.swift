import ArgumentParser
import Glibc

/// `cctv service`: records from the start of the machine on, under systemd.
struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Install the recorder as a service of systemd, or remove it.",
        subcommands: [Install.self, Uninstall.self])

    /// Whose service is meant.
    struct Place: ParsableArguments {
        @Flag(help: "A service of your own instead of the machine's; it needs no root.")
        var user = false

        func found() throws -> ServicePlace {
            guard user else { return .system }
            guard let place = ServicePlace.user(environment: ProcessSetup.environment) else {
                throw CommandFailure(
                    "HOME is not set, so there is no place for a service", EX_USAGE)
            }
            return place
        }
    }
}

extension ServiceCommand {
    /// `cctv service install`.
    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the unit, make what it needs and start it.",
            discussion: """
                The machine's service runs as the user cctv, locked up as far as systemd can. What is \
                there already is left as it is; doing it again brings the unit up to date. The Debian \
                package does all this by itself.
                """)

        @OptionGroup var place: Place

        @Option(
            name: .customLong("config"),
            help: ArgumentHelp(
                "The settings file; it is made if it is not there.", valueName: "path"))
        var file: String?

        @Flag(help: "Print the unit and do nothing.")
        var print = false

        func run() throws {
            let place = try place.found()
            let settings = Files.absolute(file ?? place.settings)
            let unit = try unit(place, settings)
            guard !print else { return Swift.print(unit.text, terminator: "") }
            guard self.place.user || geteuid() == 0 else {
                throw CommandFailure(
                    "the machine's service is installed by root: put sudo in front, "
                        + "or install one of your own with --user", EX_NOPERM)
            }
            try ServiceInstaller(place: place) { Swift.print($0) }.install(unit, settings: settings)
        }

        private func unit(_ place: ServicePlace, _ settings: String) throws -> ServiceUnit {
            let program = Files.ownProgram
            guard !self.place.user else { return .user(program: program, settings: settings) }
            for hidden in ["/home/", "/root/", "/tmp/", "/var/tmp/"] {
                for path in [program, settings] where !print && path.hasPrefix(hidden) {
                    throw CommandFailure(
                        "the service cannot see \(path), because all of \(hidden) is hidden from it; "
                            + "put it elsewhere: the program to /usr/local/bin, the settings to "
                            + "\(place.settings)", EX_USAGE)
                }
            }
            var recordings = place.recordings
            if access(settings, R_OK) == 0 {
                let read = try Settings(SettingsSources(file: SettingsFile.load(settings)))
                recordings = Files.path(read.outputFolder, in: "/var/lib/cctv")
            }
            return .system(program: program, settings: settings, recordings: recordings)
        }
    }

    /// `cctv service uninstall`.
    struct Uninstall: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop the service and remove its unit; recordings and settings stay.")

        @OptionGroup var place: Place

        func run() throws {
            let place = try place.found()
            guard self.place.user || geteuid() == 0 else {
                throw CommandFailure(
                    "the machine's service is removed by root: put sudo in front", EX_NOPERM)
            }
            try ServiceInstaller(place: place) { print($0) }.uninstall()
        }
    }
}
