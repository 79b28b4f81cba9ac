import ArgumentParser
import Glibc

/// A command that asks the running recorder; it needs the settings only for the output folder.
protocol ControlCommand: ParsableCommand {
    var selection: SettingsSelection { get }
}

extension ControlCommand {
    /// The recorder that runs on the folder of the settings.
    func recorder() throws -> ControlClient {
        ControlClient(folder: try Settings(selection.sources()).outputFolder)
    }

    /// Makes the recorder begin or end recording, and returns its state.
    fileprivate func setRecording(_ isOn: Bool, camera: String?) throws -> StatusDocument {
        var members = [JSON.Member(name: "recording", value: JSON(isOn))]
        if let camera { members.append(JSON.Member(name: "camera", value: JSON(camera))) }
        return StatusDocument(
            status: try recorder().ask("PUT", "recording", JSON(.object(members))))
    }
}

/// `cctv status`.
struct StatusCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say what the running recorder does.")

    @OptionGroup var selection: SettingsSelection

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let document = StatusDocument(status: try recorder().ask("GET", "status"))
        print(json ? document.json.indented : document.text)
    }
}

/// `cctv start`.
struct StartCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Make the running recorder record.")

    @Option(help: "Only this camera.")
    var camera: String?

    @OptionGroup var selection: SettingsSelection

    @Flag(help: "Print JSON: the state afterwards.")
    var json = false

    func run() throws {
        let document = try setRecording(true, camera: camera)
        print(json ? document.json.indented : "recording")
    }
}

/// `cctv stop`.
struct StopCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Make the running recorder finish its clips and wait; it does not end.")

    @Option(help: "Only this camera; a reload leaves it stopped.")
    var camera: String?

    @OptionGroup var selection: SettingsSelection

    @Flag(help: "Print JSON: the state afterwards.")
    var json = false

    func run() throws {
        let document = try setRecording(false, camera: camera)
        print(json ? document.json.indented : "stopped; cctv start goes on")
    }
}

/// `cctv reload`.
struct ReloadCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Make the running recorder read its settings again.",
        discussion: "Cameras whose settings are the same are not disturbed.")

    @OptionGroup var selection: SettingsSelection

    @Flag(help: "Print JSON: the state afterwards.")
    var json = false

    func run() throws {
        let recorder = try recorder()
        _ = try recorder.ask("POST", "reload")
        guard json else { return print("the settings are taken over") }
        print(StatusDocument(status: try recorder.ask("GET", "status")).json.indented)
    }
}
