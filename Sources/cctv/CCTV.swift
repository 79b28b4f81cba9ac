import ArgumentParser
import Glibc
import Platform

/// The program: lists its commands and turns every failure into a sentence and an exit status.
@main
struct CCTV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cctv", abstract: "Records IP cameras into MP4 clips without gaps.",
        discussion: "Without a command it records: cctv is cctv record.",
        version: Version.text,
        subcommands: [
            RecordCommand.self, GUICommand.self, DemoCommand.self, ProbeCommand.self,
            DiscoverCommand.self, StatusCommand.self,
            StartCommand.self, StopCommand.self, ReloadCommand.self, ClipsCommand.self,
            ExportCommand.self, VerifyCommand.self, RecoverCommand.self, CoverageCommand.self,
            ProtectCommand.self, UnprotectCommand.self, IndexCommand.self, ConfigCommand.self,
            VolumeCommand.self, ServiceCommand.self, CameraCommand.self, DoctorCommand.self,
            NotifyCommand.self,
        ],
        defaultSubcommand: RecordCommand.self)

    static func main() {
        ProcessSetup.prepare()
        do {
            var command = try parseAsRoot(Array(CommandLine.arguments.dropFirst()))
            try command.run()
        } catch let error as CommandFailure {
            end("cctv: \(error)", error.exitStatus)
        } catch let error as SettingsError {
            end("cctv: \(error)", error.exitStatus)
        } catch {
            let status = exitCode(for: error).rawValue
            let message = Redaction.redacted(fullMessage(for: error))
            guard status == 0 else { end(message, status) }
            print(message)
        }
    }

    private static func end(_ message: String, _ status: Int32) -> Never {
        try? WholeFile.write(Array((message + "\n").utf8), to: STDERR_FILENO, path: "stderr")
        Glibc.exit(status)
    }
}
