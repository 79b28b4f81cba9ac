import AVRemux
import Archive
import Glibc
import Platform
import RTSP

/// A recorder from its start to its last finished clip; `cctv record` and `cctv demo` are two.
enum RecorderProgram {
    /// The longest time for making every clip final at the end.
    static let greatestEnding = Duration.seconds(5)
    /// Nil if no service manager started the program.
    private static let manager = ServiceManager(environment: ProcessSetup.environment)

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
    ///   - loader: reads the settings; asked again for a reload.
    ///   - onConsole: told the console's address once browsers can connect.
    static func run(
        _ signals: borrowing Signals, introduction: String? = nil, loader: SettingsLoader,
        onConsole: (@Sendable (String) -> Void)? = nil
    ) throws {
        let clocks = SystemClocks()
        var onConsole = onConsole
        while true {
            let (supervisor, log) = try begin(introduction, loader, clocks, onConsole)
            let isAskedToEnd = wait(signals, supervisor, log, clocks)
            supervisor.join()
            log.write(.info, .programStopped, "Every clip is finished")
            log.close()
            guard supervisor.beginsAnew, !isAskedToEnd else { return }
            // Whoever was shown the console has its page open.
            onConsole = nil
        }
    }

    /// Opens folder and log and starts to record.
    ///
    /// No reference to the volume stays behind here, or a disk that was unmounted and comes back
    /// would stay locked.
    private static func begin(
        _ introduction: String?, _ loader: SettingsLoader, _ clocks: any Clocks,
        _ onConsole: (@Sendable (String) -> Void)?
    ) throws -> (Supervisor, Log) {
        let settings = try loader.load()
        let tally = Tally()
        let known = KnownVolumes(environment: ProcessSetup.environment)
        let waitingPlace = WaitingPlace(
            folder: settings.outputFolder, environment: ProcessSetup.environment)
        let volume = try find(settings.outputFolder, known, waitingPlace, tally.meter, clocks)
        let screen = LogScreen.detect(environment: ProcessSetup.environment)
        if screen != .journal { introduce(introduction, settings) }
        let log = try CommandFailure.ifSystemFails { () throws(SystemError) in
            try Log(
                path: settings.logFile, level: settings.logLevel, screen: screen, clocks: clocks)
        }
        if volume.isAbsent, settings.isLogOnVolume { log.hold(true) }
        log.write(
            .info, .programStarted, "cctv \(Version.program) starts",
            ["pid": JSON(getpid()), "volume": JSON(volume.uuid)])
        let supervisor = try CommandFailure.ifSystemFails { () throws(SystemError) in
            try start(
                settings, loader, volume, known, waitingPlace, tally, log, clocks, onConsole)
        }
        return (supervisor, log)
    }

    private static func start(
        _ settings: Settings, _ loader: SettingsLoader, _ volume: VolumeState,
        _ known: KnownVolumes, _ waitingPlace: WaitingPlace, _ tally: Tally, _ log: Log,
        _ clocks: any Clocks, _ onConsole: (@Sendable (String) -> Void)?
    ) throws(SystemError) -> Supervisor {
        let gaps = GapReporter(
            keeper: try LedgerKeeper(
                file: LedgerFile(folder: settings.outputFolder, volume: volume.uuid),
                aside: waitingPlace.ledger, clocks: clocks, onNotice: GapLog(log: log).report))
        let archive = ArchiveReporter(
            log: log, isLogOnVolume: settings.isLogOnVolume, gaps: gaps, clocks: clocks,
            isVolumeAway: volume.isAbsent)
        let clockTrust = ClockTrust.ofThisMachine()
        let announcer = Announcer(
            tally: tally, volume: volume.uuid, folder: settings.outputFolder, archive: archive,
            log: log, clocks: clocks)
        let writer = try ArchiveWriter(
            volume: volume,
            settings: ArchiveSettings(
                limits: settings.limits, sweepInterval: settings.deleteCheckInterval),
            clocks: clocks, clockTrust: clockTrust,
            onEvent: { event in
                tally.count(event)
                archive.report(event)
            })
        let orders = try SupervisorOrders()
        let desk = try RecorderDesk(
            RecorderDesk.Parts(
                settings: settings, loader: loader, writer: writer, archive: archive, log: log,
                clocks: clocks, orders: orders, announcer: announcer, volume: volume.uuid,
                known: known))
        return try Supervisor(
            SupervisorLoop.Parts(
                settings: settings, loader: loader, writer: writer, archive: archive, gaps: gaps,
                log: log, clocks: clocks, clockTrust: clockTrust, desk: desk, announcer: announcer,
                waitingPlace: waitingPlace, onConsole: onConsole, manager: manager),
            orders: orders)
    }

    /// Hears signals until everything has ended, and returns whether one asked for that.
    private static func wait(
        _ signals: borrowing Signals, _ supervisor: Supervisor, _ log: Log, _ clocks: any Clocks
    ) -> Bool {
        var deadline: MonotonicTime?
        var first: (signal: Int32?, time: MonotonicTime)?
        while !supervisor.hasEnded {
            let left = deadline.map { max(.zero, $0 - clocks.monotonic) }
            let signal = signals.wait(orFor: supervisor.ended, atMost: left)
            switch signal {
            case SIGHUP: supervisor.reload()
            case SIGTERM?, SIGINT?:
                let now = clocks.monotonic
                if let first {
                    // Wrappers such as timeout(1) signal a process and its group at once.
                    if first.signal == signal, now - first.time < .seconds(1) { continue }
                    // Whoever asks twice does not want to wait; the next start recovers the clips.
                    if let signal { _exit(128 + signal) }
                }
                first = (signal, now)
                deadline = now + greatestEnding
                log.write(
                    .info, .programStopping, "Stopping: every clip is finished first",
                    ["signal": JSON(signal ?? 0)])
                supervisor.end()
            default:
                // A disk that hangs must not keep the system from shutting down.
                if let deadline, clocks.monotonic >= deadline { _exit(EX_IOERR) }
            }
        }
        return first != nil
    }

    /// Opens the folder, or says that its disk is not mounted.
    ///
    /// The recorder then begins as one whose disk went: cameras and console are there, not a byte is
    /// written in the disk's place, and recording begins once it is back.
    private static func find(
        _ folder: String, _ known: KnownVolumes, _ waitingPlace: WaitingPlace,
        _ meter: WriteMeter, _ clocks: any Clocks
    ) throws(CommandFailure) -> VolumeState {
        let expected = known.uuid(in: folder)
        do throws(VolumeError) {
            let volume = try Volume.open(
                folder, expecting: expected, meter: meter, clocks: clocks)
            known.remember(volume.identity.uuid, in: folder)
            // One whose disk has just come back has not looked yet, and waits for it all the same.
            if known.uuid(in: folder) != nil { try waitingPlace.take() }
            return .mounted(volume)
        } catch {
            guard case .notMounted = error, let expected else { throw CommandFailure(error) }
            do throws(VolumeError) { try waitingPlace.take() } catch { throw CommandFailure(error) }
            say("\(error)\nRecording begins when the disk is there.")
            return .absent(
                AbsentVolume(folder: folder, uuid: expected, meter: meter, clocks: clocks))
        }
    }

    private static func say(_ text: String) {
        try? WholeFile.write(Array((text + "\n").utf8), to: STDERR_FILENO, path: "stderr")
    }

    /// Says what is recorded, where clips go and how to stop, before the log begins.
    private static func introduce(_ introduction: String?, _ settings: Settings) {
        let cameras = settings.cameras.filter(\.enabled)
        let names = cameras.map { camera in
            camera.hasFolder
                ? "\(camera.recording.name) (\(camera.recording.url))"
                : "\(camera.recording.url)"
        }
        let layout = cameras.first?.hasFolder == false ? "/DATE/" : "/NAME/DATE/"
        let seconds = Set(cameras.map(\.recording.clipDuration)).map {
            "\(Int($0.seconds)) s each, "
        }
        let size = decimal(Double(settings.maxFolderBytes) / 1_073_741_824, places: 2)
        let lines =
            (introduction.map { [$0] } ?? []) + [
                "recording: \(names.isEmpty ? "no camera yet" : names.joined(separator: ", "))",
                "clips:     \(settings.outputFolder)\(layout) (\(seconds.joined())\(size) GB at most)",
                "stop:      Ctrl-C; every clip is finished first",
            ]
        say(lines.joined(separator: "\n"))
    }
}

extension Settings {
    /// Whether the log goes when the recordings' disk goes.
    fileprivate var isLogOnVolume: Bool { logFile.hasPrefix(outputFolder + "/") }
}
