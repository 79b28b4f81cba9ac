import AVRemux
import Archive
import Glibc
import Platform
import RTSP

/// A recorder from its start to its last finished clip; `cctv record` and `cctv demo` are two.
enum RecorderProgram {
    /// The longest time for making every clip final at the end.
    static let greatestEnding = Duration.seconds(5)

    /// Begins to collect the signals that end or reload a recorder; called before any thread starts.
    static func signals() throws(CommandFailure) -> Signals {
        try CommandFailure.ifSystemFails { () throws(SystemError) in
            try Signals([SIGTERM, SIGINT, SIGHUP])
        }
    }

    /// Records until a signal ends it.
    ///
    /// - Parameters:
    ///   - signals: from `signals()`.
    ///   - introduction: a first line for people, before what is recorded and where.
    ///   - load: reads the settings; called again for a reload.
    static func run(
        _ signals: borrowing Signals, introduction: String? = nil,
        load: @escaping @Sendable () throws(SettingsError) -> Settings
    ) throws {
        let settings = try load()
        let cameras = try settings.enabledCameras()
        let clocks = SystemClocks()
        let volume = try open(settings.outputFolder, clocks)
        let screen = LogScreen.detect(environment: ProcessSetup.environment)
        if screen != .journal { introduce(introduction, settings, cameras) }
        let log = try CommandFailure.ifSystemFails { () throws(SystemError) in
            try Log(
                path: settings.logFile, level: settings.logLevel, screen: screen, clocks: clocks)
        }
        log.write(
            .info, .programStarted, "cctv \(Version.program) starts",
            ["pid": JSON(getpid()), "volume": JSON(volume.identity.uuid)])
        let supervisor = try CommandFailure.ifSystemFails { () throws(SystemError) in
            try start(settings, load, consume volume, log, clocks)
        }
        wait(signals, supervisor, log, clocks)
        supervisor.join()
        log.write(.info, .programStopped, "Every clip is finished")
        log.close()
    }

    private static func start(
        _ settings: Settings, _ load: @escaping @Sendable () throws(SettingsError) -> Settings,
        _ volume: consuming Volume, _ log: Log, _ clocks: any Clocks
    ) throws(SystemError) -> Supervisor {
        let gaps = GapReporter(
            keeper: try LedgerKeeper(
                file: LedgerFile(folder: settings.outputFolder, volume: volume.identity.uuid),
                clocks: clocks, onNotice: GapLog(log: log).report))
        let archive = ArchiveReporter(log: log, gaps: gaps)
        let writer = try ArchiveWriter(
            volume: volume,
            settings: ArchiveSettings(
                limits: settings.limits, sweepInterval: settings.deleteCheckInterval),
            clocks: clocks, onEvent: archive.report)
        return try Supervisor(
            SupervisorLoop.Parts(
                settings: settings, load: load, writer: writer, archive: archive, gaps: gaps,
                log: log, clocks: clocks))
    }

    /// Hears signals until everything has ended.
    private static func wait(
        _ signals: borrowing Signals, _ supervisor: Supervisor, _ log: Log, _ clocks: any Clocks
    ) {
        var deadline: MonotonicTime?
        while !supervisor.hasEnded {
            let left = deadline.map { max(.zero, $0 - clocks.monotonic) }
            let signal = signals.wait(orFor: supervisor.ended, atMost: left)
            switch signal {
            case SIGHUP: supervisor.reload()
            case SIGTERM?, SIGINT?:
                // Whoever asks twice does not want to wait; the clips are recovered at next start.
                if deadline != nil, let signal { _exit(128 + signal) }
                deadline = clocks.monotonic + greatestEnding
                log.write(
                    .info, .programStopping, "Stopping: every clip is finished first",
                    ["signal": JSON(signal ?? 0)])
                supervisor.end()
            default:
                // A disk that hangs must not keep the system from shutting down.
                if let deadline, clocks.monotonic >= deadline { _exit(EX_IOERR) }
            }
        }
    }

    private static func open(
        _ folder: String, _ clocks: any Clocks
    ) throws(CommandFailure) -> Volume {
        let known = KnownVolumes(environment: ProcessSetup.environment)
        do throws(VolumeError) {
            let volume = try Volume.open(
                folder, expecting: known.uuid(in: folder), clocks: clocks)
            known.remember(volume.identity.uuid, in: folder)
            return volume
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Says what is recorded, where clips go and how to stop, before the log begins.
    private static func introduce(
        _ introduction: String?, _ settings: Settings, _ cameras: [Settings.Camera]
    ) {
        let names = cameras.map { camera in
            camera.hasFolder
                ? "\(camera.recording.name) (\(camera.recording.url))"
                : "\(camera.recording.url)"
        }
        let layout = cameras[0].hasFolder ? "/NAME/DATE/" : "/DATE/"
        let seconds = Set(cameras.map(\.recording.clipDuration)).map { "\(Int($0.seconds)) s" }
        let lines =
            (introduction.map { [$0] } ?? []) + [
                "recording: \(names.joined(separator: ", "))",
                "clips:     \(settings.outputFolder)\(layout) (\(seconds.joined(separator: ", ")) "
                    + "each, \(decimal(Double(settings.maxFolderBytes) / 1_073_741_824, places: 2)) "
                    + "GB at most)",
                "stop:      Ctrl-C; every clip is finished first",
            ]
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        try? Files.writeAll(text, to: STDERR_FILENO, path: "stderr")
    }
}
