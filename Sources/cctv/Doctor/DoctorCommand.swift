import AVRemux
import ArgumentParser
import Glibc
import Platform
import RTSP

/// `cctv doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at cameras and disk for a while, and say what is wrong and what to do.",
        discussion: """
            It asks each camera for sessions of its own, one after the other and three at once at \
            most, and writes nothing but a file without a name to see how fast the disk is. It ends \
            with 69 if a camera cannot be looked at, and with 0 whatever else it finds.
            """)

    @Option(help: "Only this camera.")
    var camera: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "For how long each camera is looked at, like 60s or 5m.", valueName: "time"))
    var time = "30s"

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write what helps a maintainer to this tar file: findings, settings without secrets, "
                + "state, and the end of the log.", valueName: "file"))
    var bundle: String?

    @OptionGroup var selection: SettingsSelection

    func validate() throws {
        guard duration != nil else {
            throw ValidationError("--for must be a time from 1s to 60m, like 60s or 5m")
        }
    }

    private var duration: Duration? {
        let unit: Int64? = time.last == "s" ? 1 : time.last == "m" ? 60 : nil
        guard let unit, let number = Int64(time.dropLast()), number > 0, number <= 3600 / unit
        else { return nil }
        return .seconds(number * unit)
    }

    func run() throws {
        let sources = try selection.sources()
        let settings = try Settings(sources)
        let cameras = settings.cameras.filter {
            $0.enabled && (camera ?? $0.recording.name) == $0.recording.name
        }
        guard !cameras.isEmpty else {
            throw SettingsError(
                camera.map { "no camera \($0) is configured and enabled" }
                    ?? "no camera is configured and enabled; set RTSP_URL or CAMERAS")
        }
        let status = try? ControlClient(folder: settings.outputFolder).ask("GET", "status")
        var visits: [DoctorReport.Visit] = []
        for camera in cameras {
            guard let visit = try visit(camera.recording, status) else {
                throw CommandFailure("interrupted", 128 + SIGINT)
            }
            visits.append(visit)
            if !json { print(visit.text) }
        }
        let report = DoctorReport(
            visits: visits, machine: MachineFindings.all(settings, visits))
        print(json ? report.json.indented : report.machineText)
        if let bundle { try write(report, to: bundle, sources, settings, status) }
        if let failure = report.failure { throw failure }
    }

    private func visit(
        _ settings: CameraSettings, _ status: JSON?
    ) throws(CommandFailure) -> DoctorReport.Visit? {
        if !json, isatty(STDERR_FILENO) == 1 {
            let text = "looking at \(settings.name) for \(time) and a little more ...\n"
            try? WholeFile.write(Array(text.utf8), to: STDERR_FILENO, path: "stderr")
        }
        let checkup = CameraCheckup(
            settings: settings, duration: duration ?? .seconds(30),
            isRecorded: StatusDocument.isRecording(settings.name, in: status))
        return try InterruptibleWork.run("doctor") { checkup.run($0) }.map {
            DoctorReport.Visit(
                camera: settings.name, url: settings.url.description, outcome: $0)
        }
    }

    private func write(
        _ report: DoctorReport, to path: String, _ sources: SettingsSources, _ settings: Settings,
        _ status: JSON?
    ) throws(CommandFailure) {
        let bytes = DoctorBundle.make(
            report: report.json, sources: sources, settings: settings, status: status,
            now: SystemClocks().wall)
        do throws(SystemError) {
            try Files.replace(path, with: bytes, mode: 0o600)
        } catch {
            throw CommandFailure("\(error)", EX_CANTCREAT)
        }
        if !json { print("written to \(path); look into it before you send it") }
    }
}

extension StatusDocument {
    /// Whether a running recorder has a session with a camera.
    fileprivate static func isRecording(_ camera: String, in status: JSON?) -> Bool {
        status?["cameras"]?.elements?.contains {
            $0["name"]?.string == camera && $0["state"]?.string == "recording"
        } ?? false
    }
}
