import AVRemux
import Archive
import Glibc
import Platform

/// What the supervisor's thread does: records, answers the socket, takes over new settings.
struct SupervisorLoop: ~Copyable {
    /// What it is made of.
    struct Parts: Sendable {
        let settings: Settings
        /// Reads the settings again from where they came.
        let load: @Sendable () throws(SettingsError) -> Settings
        let writer: ArchiveWriter
        let archive: ArchiveReporter
        let gaps: GapReporter
        let log: Log
        let clocks: any Clocks
        let clockTrust: ClockTrust
    }

    /// How often the clock is doubted, and a camera that could not be begun is tried again.
    private static let upkeepInterval = Duration.seconds(10)

    private let parts: Parts
    private var settings: Settings
    private var recording: Recording
    private var control: ControlServer?
    private var nextUpkeep: MonotonicTime
    private var progress = Progress()
    private var isClockTrusted = true

    init(_ parts: Parts) {
        self.parts = parts
        settings = parts.settings
        recording = Recording(
            cameras: settings.cameras.filter(\.enabled), writer: parts.writer, gaps: parts.gaps,
            log: parts.log, clocks: parts.clocks)
        nextUpkeep = parts.clocks.monotonic
    }

    /// Opens the socket and begins to record, unless `RECORD_AT_START` says to wait.
    mutating func begin() {
        let path = ControlSocket.path(in: settings.outputFolder)
        do throws(SystemError) {
            control = try ControlServer.open(path)
        } catch {
            parts.log.write(
                .warning, .controlFailed,
                "cctv status, start, stop and reload do not work: \(error)")
        }
        if settings.recordAtStart {
            startRecording()
        } else {
            recording.stop(.stoppedByUser)
            parts.log.write(
                .info, .recordingStopped, "Waiting for cctv start, as RECORD_AT_START says")
        }
    }

    /// Waits for a request, for `bell` or for `duration`, and answers what has come.
    mutating func wait(orFor bell: Doorbell, atMost duration: Duration) {
        var waits = [pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0)]
        waits += control?.waits ?? []
        _ = poll(&waits, nfds_t(waits.count), Int32(duration.nanoseconds / 1_000_000))
        if waits[0].revents != 0 { bell.wait(atMost: .zero) }
        guard var server = control.take() else { return }
        server.serve(at: parts.clocks.monotonic) { answer($0) }
        control = consume server
    }

    /// Does what is due.
    mutating func tick() {
        let now = parts.clocks.monotonic
        if now >= nextUpkeep {
            nextUpkeep = now + Self.upkeepInterval
            reportClock(at: now)
            if recording.isOn { recording.start() }
        }
        parts.log.setStatus(progress.line(recording.isOn, recording.states, at: now))
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
    mutating func finish() {
        // Before the volume's lock goes: the next recorder's socket has the same name.
        control = nil
        recording.finish()
        parts.log.setStatus(nil)
    }

    private mutating func startRecording() {
        recording.start()
        let names = recording.states.map(\.camera.recording.name).joined(separator: ", ")
        parts.log.write(.info, .recordingStarted, "Recording \(names)")
    }

    private mutating func answer(_ request: ControlRequest) -> JSON {
        switch request {
        case .status: break
        case .start: if !recording.isOn { startRecording() }
        case .stop:
            if recording.isOn {
                recording.stop(.stoppedByUser)
                parts.log.write(.info, .recordingStopped, "Recording stopped on request")
            }
        case .reload:
            if let error = reload() { return ["ok": false, "error": JSON(error.description)] }
        }
        return StatusReport.json(
            settings: settings, isOn: recording.isOn, states: recording.states,
            archive: parts.archive, queuedBytes: parts.writer.queuedBytes,
            now: parts.clocks.monotonic)
    }

    /// Takes over the settings as they are now; if they do not hold, the old ones stay.
    mutating func reload() -> SettingsError? {
        let changed: Settings
        do throws(SettingsError) {
            changed = try parts.load()
            _ = try changed.enabledCameras()
        } catch {
            parts.log.write(
                .error, .settingsRefused,
                "The new settings do not hold, the old ones stay: \(error)")
            return error
        }
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
        return keys.map(\.name)
    }

    fileprivate func keeping(fixedFrom old: Settings) -> Settings {
        var settings = self
        settings.outputFolder = old.outputFolder
        settings.logFile = old.logFile
        settings.deleteCheckInterval = old.deleteCheckInterval
        return settings
    }
}
