import ArgumentParser
import Glibc

/// A command that asks the running recorder; it needs the settings only for the output folder.
protocol ControlCommand: ParsableCommand {
    static var request: ControlRequest { get }
    var selection: SettingsSelection { get }
}

extension ControlCommand {
    func ask() throws -> JSON {
        let settings = try Settings(selection.sources())
        return try ControlClient.ask(Self.request, folder: settings.outputFolder)
    }
}

/// `cctv status`.
struct StatusCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say what the running recorder does.")
    static let request = ControlRequest.status

    @OptionGroup var selection: SettingsSelection

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let answer = try ask()
        print(json ? answer.indented : StatusTable(answer: answer).text)
    }
}

/// `cctv start`.
struct StartCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Make the running recorder record.")
    static let request = ControlRequest.start

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        _ = try ask()
        print("recording")
    }
}

/// `cctv stop`.
struct StopCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Make the running recorder finish its clips and wait; it does not end.")
    static let request = ControlRequest.stop

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        _ = try ask()
        print("stopped; cctv start goes on")
    }
}

/// `cctv reload`.
struct ReloadCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Make the running recorder read its settings again.",
        discussion: "Cameras whose settings are the same are not disturbed.")
    static let request = ControlRequest.reload

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        _ = try ask()
        print("the settings are taken over")
    }
}

/// A recorder's answer as people read it.
struct StatusTable {
    let answer: JSON

    var text: String {
        let isOn = if case .boolean(true)? = answer["recording"]?.content { true } else { false }
        let head =
            "\(isOn ? "recording" : "not recording") to \(word(answer, "output_folder")) "
            + "(process \(word(answer, "pid")), cctv \(word(answer, "version")))"
        return ([head] + (answer["cameras"]?.elements ?? []).map(row)).joined(separator: "\n")
    }

    private func row(_ camera: JSON) -> String {
        var parts = [word(camera, "name").padded(to: 16) + word(camera, "state").padded(to: 12)]
        for name in ["video", "clip", "reason"] {
            if let text = camera[name]?.string { parts.append(text) }
        }
        if let seconds = camera["retry_seconds"], !seconds.isNull {
            parts.append("next attempt in \(seconds.text) s")
        }
        return "  " + parts.joined(separator: "  ")
    }

    private func word(_ json: JSON, _ name: String) -> String {
        json[name].map { $0.string ?? $0.text } ?? "-"
    }
}
