import AVRemux
import ArgumentParser
import Glibc
import Platform
import RTSP
import Synchronization

/// `cctv probe`.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Connect to a camera as the recorder would, and say what it sends.",
        discussion: "Without a URL, every camera of the settings is looked at.")

    @Argument(help: "The camera's address, rtsp://HOST/PATH.")
    var url: String?

    @Option(help: "For how many seconds frames are counted, 1 to 600.")
    var seconds = 6

    @Flag(help: "Print JSON, one object per camera.")
    var json = false

    @OptionGroup var selection: SettingsSelection

    func validate() throws {
        guard (1...600).contains(seconds) else {
            throw ValidationError("--seconds must be from 1 to 600")
        }
    }

    func run() throws {
        var sources = try selection.sources()
        if let url { sources.aim(at: url) }
        let cameras: [Settings.Camera]
        do throws(SettingsError) { cameras = try Settings(sources).enabledCameras() } catch {
            // The URL is an argument here and no flag.
            let text = error.description.replacing("--rtsp-url", with: "the URL")
            throw SettingsError(text, exitStatus: error.exitStatus)
        }
        var failures: [CommandFailure] = []
        for camera in cameras {
            do throws(CommandFailure) {
                let report = try measure(camera.recording)
                let facts = ProbeFacts(url: camera.recording.url.description, report: report)
                print(json ? facts.json.indented : facts.table)
            } catch {
                failures.append(error)
                if json {
                    let answer: JSON = [
                        "url": JSON(camera.recording.url.description),
                        "error": JSON(error.description),
                    ]
                    print(answer.indented)
                }
            }
        }
        if let failure = failures.first {
            throw CommandFailure(
                failures.map(\.description).joined(separator: "\ncctv: "), failure.exitStatus)
        }
    }

    /// Looks at one camera on a thread of its own, so that Ctrl-C still says goodbye to it.
    private func measure(_ settings: CameraSettings) throws(CommandFailure) -> ProbeReport {
        if !json, isatty(STDERR_FILENO) == 1 {
            let text = "looking at \(settings.url) for \(seconds) s ...\n"
            try? WholeFile.write(Array(text.utf8), to: STDERR_FILENO, path: "stderr")
        }
        let result = ProbeResult()
        let duration = Duration.seconds(seconds)
        do throws(SystemError) {
            let signals = try Signals([SIGINT, SIGTERM])
            let done = try Doorbell()
            let cancellation = try Cancellation()
            let thread = try NamedThread(name: "probe") {
                do throws(SessionEnd) {
                    let report = try ProbeReport.measure(
                        settings, for: duration, cancellation: cancellation)
                    result.value.withLock { $0 = .success(report) }
                } catch {
                    result.value.withLock { $0 = .failure(error) }
                }
                done.ring()
            }
            while result.value.withLock({ $0 == nil }) {
                if signals.wait(orFor: done) != nil { cancellation.cancel() }
            }
            thread.join()
        } catch {
            throw CommandFailure("\(error)", EX_OSERR)
        }
        switch result.value.withLock({ $0 }) {
        case .success(let report)?: return report
        case .failure(let end)?:
            throw CommandFailure("\(settings.url): \(end)", EX_UNAVAILABLE)
        case nil: throw CommandFailure("\(settings.url): no answer", EX_UNAVAILABLE)
        }
    }

    private final class ProbeResult: Sendable {
        let value = Mutex<Result<ProbeReport, SessionEnd>?>(nil)
    }
}

extension SettingsSources {
    /// Puts an address in the place of the settings' cameras.
    ///
    /// The file's password belongs to the file's cameras: it goes along only to a host of theirs.
    mutating func aim(at url: String) {
        let host = (try? CameraURL(parsing: url))?.host
        let configured = (try? Settings(self).cameras) ?? []
        let known = configured.first { $0.recording.url.host == host }?.recording.credentials
        flags[SettingsKey.rtspURL.name] = url
        for key in [SettingsKey.username, .password] { file?.leaveOut(key.name) }
        guard let known, !environment.keys.contains(SettingsKey.password.environmentName) else {
            return
        }
        environment[SettingsKey.username.environmentName] = known.username
        environment[SettingsKey.password.environmentName] = known.password.reveal()
    }
}

/// What `cctv probe` tells of a camera.
struct ProbeFacts {
    let url: String
    let report: ProbeReport

    /// A row per fact, for people.
    var table: String {
        rows.map { "\(($0.0 + ":").padded(to: 21))\($0.1)" }.joined(separator: "\n")
    }

    private var rows: [(String, String)] {
        var rows = [
            ("camera", url), ("video", report.video.text), ("frame rate", frameRate),
            ("bit rate", "\(decimal(report.bitrate / 1000, places: 0)) kbit/s"),
            ("key-frame interval", keyFrames), ("sound", report.audio.text),
            ("first picture after", "\(decimal(report.timeToKeyFrame.seconds, places: 2)) s"),
            ("lost packets", "\(report.lostPackets)"),
        ]
        if report.timeRepairs > 0 { rows.append(("repaired times", "\(report.timeRepairs)")) }
        rows.append(("password asked by", report.authentication.word))
        if !report.server.isEmpty { rows.append(("server", report.server)) }
        return rows
    }

    private var frameRate: String {
        let own = decimal(report.frameRate, places: 2)
        let delivered = decimal(report.deliveredFrameRate, places: 2)
        // A short look cannot tell less than 5 % from jitter.
        let differs = abs(report.deliveredFrameRate / report.frameRate - 1) > 0.05
        return differs
            ? "\(own) per second by the camera's clock, \(delivered) by ours" : "\(own) per second"
    }

    private var keyFrames: String {
        guard let mean = report.keyFrameInterval, let longest = report.longestKeyFrameInterval
        else {
            return "longer than was looked; try --seconds 60"
        }
        return longest > mean * 1.5
            ? "\(decimal(mean, places: 2)) s, up to \(decimal(longest, places: 2)) s"
            : "\(decimal(mean, places: 2)) s"
    }

    /// The same for scripts.
    var json: JSON {
        [
            "url": JSON(url), "codec": JSON(report.video.codec), "width": JSON(report.video.width),
            "height": JSON(report.video.height), "pixel_format": JSON(report.video.pixelFormat),
            "frame_rate": JSON(report.frameRate),
            "delivered_frame_rate": JSON(report.deliveredFrameRate),
            "bitrate": JSON(report.bitrate, places: 0),
            "key_frame_seconds": report.keyFrameInterval.map { JSON($0) } ?? nil,
            "longest_key_frame_seconds": report.longestKeyFrameInterval.map { JSON($0) } ?? nil,
            "audio": JSON(report.audio.text), "frames": JSON(report.frames),
            "lost_packets": JSON(report.lostPackets), "time_repairs": JSON(report.timeRepairs),
            "first_picture_seconds": JSON(report.timeToKeyFrame.seconds),
            "authentication": JSON(report.authentication.word), "server": JSON(report.server),
        ]
    }
}
