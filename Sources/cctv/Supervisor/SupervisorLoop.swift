import AVRemux
import Archive
import Console
import Glibc
import Platform

/// What the supervisor's thread does: records, serves the console, takes over new settings.
struct SupervisorLoop: ~Copyable {
    /// What it is made of.
    struct Parts: Sendable {
        let settings: Settings
        let loader: SettingsLoader
        let writer: ArchiveWriter
        let archive: ArchiveReporter
        let gaps: GapReporter
        let log: Log
        let clocks: any Clocks
        let clockTrust: ClockTrust
        /// Shows others what happens.
        let desk: RecorderDesk
        /// Tells those who are to be told of trouble.
        let announcer: Announcer
        /// Where commands reach it while the volume's disk is away.
        let waitingPlace: WaitingPlace
        /// Told the console's address once browsers can connect.
        let onConsole: (@Sendable (String) -> Void)?
        /// Nil if no service manager started the program.
        let manager: ServiceManager?
    }

    /// How often the clock is doubted, and a camera that could not be begun is tried again.
    private static let upkeepInterval = Duration.seconds(10)

    private let parts: Parts
    private(set) var settings: Settings
    private var recording: Recording
    private var console: ConsoleService
    private var nextUpkeep: MonotonicTime
    private var progress = Progress()
    private var nextProgress: MonotonicTime
    private var isClockTrusted = true
    /// Whether the volume's disk was gone at the last look.
    private var wasAway = false
    /// Why the settings file does not hold as it is now.
    private var refusal: (text: String, since: WallTime)?
    private var service: ServiceReport

    init(_ parts: Parts) {
        self.parts = parts
        settings = parts.settings
        recording = Recording(
            cameras: settings.cameras.filter(\.enabled), writer: parts.writer, gaps: parts.gaps,
            live: parts.desk.pictures.live, log: parts.log, clocks: parts.clocks)
        console = ConsoleService(
            settings: parts.settings, desk: parts.desk, waitingPlace: parts.waitingPlace,
            log: parts.log, clocks: parts.clocks, onListening: parts.onConsole)
        nextUpkeep = parts.clocks.monotonic
        nextProgress = nextUpkeep
        service = ServiceReport(parts.manager, log: parts.log)
    }

    /// Begins to record, unless `RECORD_AT_START` says to wait, and opens the console.
    mutating func begin() {
        lookAtVolume()
        console.beginSocket(isVolumeAway: wasAway)
        if settings.recordAtStart {
            startRecording()
        } else {
            recording.stop(.stoppedByUser)
            parts.log.write(
                .info, .recordingStopped, "Waiting for cctv start, as RECORD_AT_START says")
        }
        show()
        parts.announcer.apply(settings.notify)
        parts.announcer.begin(parts.desk)
        // A name to listen on may take its time to be resolved; pictures do not wait for it.
        console.begin()
        service.ready()
    }

    /// Does what is due.
    mutating func tick() {
        let now = parts.clocks.monotonic
        if now >= nextUpkeep {
            nextUpkeep = now + Self.upkeepInterval
            reportClock(at: now)
            if recording.isOn { recording.start() }
        }
        lookAtVolume()
        console.tick(isVolumeAway: wasAway)
        if now >= nextProgress {
            nextProgress = now + .seconds(1)
            let states = recording.states
            parts.log.setStatus(progress.line(recording.isOn, states, at: now))
            var beats = recording.beats
            beats.updateValue(parts.writer.pulse.beats, forKey: "writer")
            let words =
                wasAway
                ? "Waiting for the disk of \(settings.outputFolder)"
                : Progress.words(recording.isOn, states)
            service.tick(status: words, beats: beats, at: now)
            if wasAway { parts.desk.lookForReplacement() }
        }
        show()
    }

    /// Lets the console know when the volume's disk goes and comes.
    private mutating func lookAtVolume() {
        let isAway = parts.archive.volumeHealth.isAway
        guard isAway != wasAway else { return }
        wasAway = isAway
        if isAway { parts.desk.letGoOfVolume() } else { parts.desk.returnToVolume() }
    }

    /// Shows everybody what holds now.
    func show() {
        parts.desk.show(
            StatusBoard.Facts(
                settings: settings, isOn: recording.isOn, stopped: recording.stopped,
                recorders: recording.recorders, totals: recording.totals,
                isClockTrusted: isClockTrusted, refusal: refusal))
    }

    /// Says when the wall clock begins to be doubtful and when it ends.
    private mutating func reportClock(at now: MonotonicTime) {
        let isTrusted = parts.clockTrust.trusts(parts.clocks.wall, at: now)
        guard isTrusted != isClockTrusted else { return }
        isClockTrusted = isTrusted
        if isTrusted {
            parts.log.write(.info, .clockTrusted, "The clock can be right again")
        } else {
            parts.log.write(
                .warning, .clockUncertain,
                "The clock cannot be right: clips are marked, and nothing is deleted for its age; "
                    + "let NTP set it")
        }
    }

    /// Makes every clip final and ends the cameras' and the archive's threads.
    ///
    /// - Parameter toBeginAnew: whether the program goes on; a service manager that hears of an end kills
    ///   what is still there after a while.
    mutating func finish(toBeginAnew: Bool = false) {
        if toBeginAnew { service.reloading() } else { service.stopping() }
        // A browser that does not let go holds the console up for seconds, but no clip.
        recording.beginToFinish()
        // Before the volume's lock goes: the next recorder's socket has the same name.
        console.end()
        parts.desk.stop()
        recording.finish()
        parts.announcer.stop()
        parts.log.setStatus(nil)
    }

    private mutating func startRecording() {
        recording.startAll()
        let names = recording.states.map(\.camera.recording.name).joined(separator: ", ")
        parts.log.write(
            .info, .recordingStarted,
            names.isEmpty ? "No camera is set up yet; add one in the console" : "Recording \(names)"
        )
    }

    /// Begins or ends recording, of one camera or of all.
    ///
    /// - Returns: why not.
    mutating func setRecording(_ isOn: Bool, camera: String?) -> RecorderFailure? {
        guard let camera else {
            if isOn, !recording.isOn || !recording.stopped.isEmpty {
                startRecording()
            } else if !isOn, recording.isOn {
                recording.stop(.stoppedByUser)
                parts.log.write(.info, .recordingStopped, "Recording stopped on request")
            }
            return nil
        }
        guard let known = settings.cameras.first(where: { $0.recording.name == camera }) else {
            return .noCamera(camera)
        }
        guard known.enabled else {
            return RecorderFailure(
                .conflict, code: "camera.disabled",
                "The camera \(camera) is not enabled; set its ENABLED to true.", field: "camera")
        }
        let isRecorded = recording.isOn && !recording.stopped.contains(camera)
        guard isRecorded != isOn else { return nil }
        if isOn {
            recording.start(camera: camera)
            parts.log.write(.info, .recordingStarted, camera: camera, "Recording \(camera)")
        } else {
            recording.stop(camera: camera)
            parts.log.write(
                .info, .recordingStopped, camera: camera, "Recording stopped on request")
        }
        return nil
    }

    /// Takes over the settings as they are now; if they do not hold, the old ones stay.
    mutating func reload() -> SettingsError? {
        service.reloading()
        defer { service.ready() }
        let changed: Settings
        do throws(SettingsError) {
            changed = try parts.loader.load()
        } catch {
            refusal = (error.description, parts.clocks.wall)
            parts.log.write(
                .error, .settingsRefused,
                "The new settings do not hold, the old ones stay: \(error)")
            return error
        }
        refusal = nil
        let fixed = changed.keysThatNeedARestart(comparedTo: settings)
        if !fixed.isEmpty {
            let keys = fixed.joined(separator: ", ")
            parts.log.write(
                .warning, .settingsIgnored, "\(keys) will be taken over at the next start")
        }
        parts.writer.setLimits(changed.limits)
        parts.log.setLevel(changed.logLevel)
        let count = recording.apply(changed.cameras.filter(\.enabled))
        settings = changed.keeping(fixedFrom: settings)
        parts.announcer.apply(settings.notify)
        parts.log.write(
            .info, .settingsReloaded, "The settings are taken over",
            ["changed_cameras": JSON(count)])
        return nil
    }
}

extension Settings {
    /// What the recordings may take.
    var limits: RetentionLimits {
        RetentionLimits(
            maximumBytes: maxFolderBytes, minimumFree: minFreeBytes, maximumAge: maxAge,
            cameras: cameraRetention.mapValues {
                CameraLimits(maximumBytes: $0.maxBytes, maximumAge: $0.maxAge)
            })
    }

    /// Settings that a running recorder cannot change, among those that differ.
    fileprivate func keysThatNeedARestart(comparedTo old: Settings) -> [String] {
        var keys: [SettingsKey] = []
        if outputFolder != old.outputFolder { keys.append(.outputFolder) }
        if logFile != old.logFile { keys.append(.logFile) }
        if deleteCheckInterval != old.deleteCheckInterval { keys.append(.deleteCheckInterval) }
        if listen != old.listen { keys.append(.listen) }
        return keys.map(\.name)
    }

    fileprivate func keeping(fixedFrom old: Settings) -> Settings {
        var settings = self
        settings.outputFolder = old.outputFolder
        settings.logFile = old.logFile
        settings.deleteCheckInterval = old.deleteCheckInterval
        settings.listen = old.listen
        return settings
    }
}
