import ArgumentParser
import FakeCamera
import Glibc
import Platform

/// `cctv demo`.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Record a built-in camera, to see everything work without one of your own.",
        discussion: """
            The camera is a part of this program that speaks RTSP on this machine only. Its clips \
            last 10 seconds and go to \(DemoCommand.folder), unless the settings say otherwise.
            """)

    private static let folder = "./demo-recordings"

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let signals = try RecorderProgram.signals()
        let camera: FakeCameraServer
        do { camera = try DemoCamera.start() } catch {
            throw CommandFailure("the built-in camera does not start: \(error)", EX_OSERR)
        }
        defer { camera.stop() }
        let url = camera.url("demo")
        var loader = selection.loader
        loader.adjust = { Self.sources($0, url: url) }
        loader.readOnlyReason = "The demonstration has a camera of its own and saves no settings."
        try RecorderProgram.run(
            signals, introduction: "This is a demonstration with a built-in camera.",
            loader: loader)
    }

    /// The person's settings, with the built-in camera in place of any other.
    private static func sources(_ sources: SettingsSources, url: String) -> SettingsSources {
        var sources = sources
        func suggest(_ key: SettingsKey, _ word: String) {
            guard (sources.raw(key)?.origin ?? .fallback) == .fallback else { return }
            sources.flags[key.name] = word
        }
        suggest(.outputFolder, folder)
        suggest(.clipDuration, "10")
        for key in [SettingsKey.cameras, .username, .password] {
            sources.environment[key.environmentName] = nil
            sources.flags[key.name] = nil
            sources.file?.leaveOut(key.name)
            sources.secrets?.leaveOut(key.name)
        }
        sources.flags[SettingsKey.rtspURL.name] = url
        return sources
    }
}
