import ArgumentParser
import Glibc

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
        discussion: "It says what became of it, and ends with 69 if it did not arrive somewhere.")

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let answer = try recorder().ask("POST", "notifications/test")
        let results = answer["results"]?.elements ?? []
        for result in results {
            let reason = result["reason"]?.string.map { ": \($0)" } ?? ""
            print("\(result["way"]?.string ?? ""): \(Self.word(result["state"]?.string))\(reason)")
        }
        if results.contains(where: { $0["state"]?.string == "failed" }) {
            throw CommandFailure("a test notice did not arrive", EX_UNAVAILABLE)
        }
    }

    private static func word(_ state: String?) -> String {
        switch state {
        case "arrived": "arrived"
        case "kept_back": "not fetched"
        default: "did not arrive"
        }
    }
}
