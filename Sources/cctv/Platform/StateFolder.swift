/// Where the program keeps what it remembers between its runs.
enum StateFolder {
    /// The one of the machine's service, as its unit names it.
    static let ofService = "/var/lib/cctv"

    /// `$STATE_DIRECTORY`, `$XDG_STATE_HOME/cctv` or `~/.local/state/cctv`; nil without any of them.
    static func path(environment: [String: String]) -> String? {
        let home = environment["HOME"].map { $0 + "/.local/state" }
        let base = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        return environment["STATE_DIRECTORY"] ?? base.map { $0 + "/cctv" }
    }

    /// What the console keeps; beside the recordings where there is no other place.
    static func console(environment: [String: String], outputFolder: String) -> String {
        (path(environment: environment) ?? outputFolder + "/.cctv") + "/console"
    }
}
