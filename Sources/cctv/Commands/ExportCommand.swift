import Archive
import ArgumentParser
import Glibc
import ISOBMFF
import Platform

/// `cctv export`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Join a camera's clips of a time into one MP4, without re-encoding.",
        discussion: """
            The video begins with the key frame at or before --from, and a clip that is being \
            recorded is taken as far as it is. Time that was not recorded stays time in the video \
            and is listed. FILE.json beside the video tells its SHA-256, the clips it is made of, \
            gaps and repairs.
            """)

    @Option(help: "The camera's NAME; not needed if there is only one.")
    var camera: String?

    @Option(help: ArgumentHelp("The start, \(TimeRange.help).", valueName: "time"))
    var from: String

    @Option(help: ArgumentHelp("The end, in the same forms.", valueName: "time"))
    var to: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Where the video goes.", valueName: "file"))
    var output: String

    @Flag(help: "Let players begin exactly at --from, by an edit list.")
    var exact = false

    @Flag(help: "Replace files that exist.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let folder = try selection.recordings()
        let (range, notes) = try TimeRange.read(from: from, to: to)
        for note in notes { Screen.say("cctv: \(note)") }
        do throws(ExportError) {
            let exporter = try Self.exporter(folder)
            let name: String
            if let camera { name = camera } else { name = try Self.onlyCamera(folder, range) }
            let request = ExportRequest(camera: name, range: range, isExact: exact)
            let export = try exporter.prepare(request)
            for error in export.plan.unreadable { Screen.say("cctv: left out: \(error)") }
            let result = try write(export)
            let facts = ExportFacts(plan: export.plan, result: result)
            print(json ? facts.json.indented : facts.text)
        } catch {
            throw CommandFailure("\(error)", error.exitStatus)
        }
    }

    private func write(_ export: PreparedExport) throws(ExportError) -> ExportResult {
        let interrupts = try Interrupts.collect()
        let clocks = SystemClocks()
        let begin = clocks.monotonic
        var shown = begin
        defer { Screen.show("") }
        return try export.write(
            to: output, replacing: force,
            origin: ExportManifest.Origin(
                program: "cctv \(Version.program)", command: command(export.plan.request),
                created: clocks.wall)
        ) { done, total in
            let now = clocks.monotonic
            if Screen.isTerminal, now - shown >= .milliseconds(200) {
                shown = now
                let speed = Double(done) / max((now - begin).seconds, 0.001)
                Screen.show(
                    "exporting: \(done * 100 / max(total, 1)) % of "
                        + "\(Progress.size(UInt64(clamping: total))), "
                        + "\(Progress.size(UInt64(max(speed, 0)))) per second")
            }
            return !interrupts.came
        }
    }

    /// The command for the manifest: the times as they were understood, and no setting.
    private func command(_ request: ExportRequest) -> String {
        let times =
            "--from \(request.range.lowerBound.localText) --to \(request.range.upperBound.localText)"
        return "cctv export --camera \(request.camera) \(times) -o \(output)"
            + (exact ? " --exact" : "")
    }

    private static func exporter(_ folder: String) throws(ExportError) -> Exporter {
        do throws(SystemError) { return try Exporter(folder: folder) } catch {
            throw .system(error)
        }
    }

    /// The camera that is meant when none is named: the only one with clips of that time.
    private static func onlyCamera(
        _ folder: String, _ range: Range<WallTime>
    ) throws(ExportError) -> String {
        let cameras: [String]
        do throws(SystemError) {
            cameras = try FolderCatalog(folder: folder).clips(ClipQuery(range: range)).cameras
        } catch { throw .system(error) }
        guard cameras.count <= 1 else { throw .whichCamera(cameras) }
        return cameras.first ?? CatalogClip.unnamedCamera
    }
}

/// Ctrl-C and SIGTERM, asked for between two pieces of work.
private struct Interrupts: ~Copyable {
    private let signals: Signals
    private let bell: Doorbell

    private init() throws(SystemError) {
        let bell = try Doorbell()
        signals = try Signals([SIGINT, SIGTERM])
        self.bell = bell
    }

    /// Begins to collect them.
    static func collect() throws(ExportError) -> Interrupts {
        do throws(SystemError) { return try Interrupts() } catch { throw .system(error) }
    }

    /// Whether one came since this was last asked.
    var came: Bool { signals.wait(orFor: bell, atMost: .zero) != nil }
}

extension ExportError {
    /// The status of `sysexits.h` that belongs to it.
    fileprivate var exitStatus: Int32 {
        switch self {
        case .nothing: EX_NOINPUT
        case .severalKinds, .whichCamera, .privateFolder: EX_USAGE
        case .exists, .busy: EX_CANTCREAT
        case .clip, .full: EX_IOERR
        case .system(let error):
            switch error.code {
            case ENOENT, ENOTDIR: EX_NOINPUT
            case EACCES, EPERM: EX_NOPERM
            default: EX_IOERR
            }
        case .cancelled: 130
        }
    }
}

/// What `cctv export` tells of a finished export.
struct ExportFacts {
    let plan: ExportPlan
    let result: ExportResult

    /// Some sentences for people.
    var text: String {
        let length = decimal((plan.end - plan.presentedStart).seconds, places: 1)
        var lines = [
            "\(result.path): \(length) s from \(plan.sources.count) "
                + "\(plan.sources.count == 1 ? "clip" : "clips"), "
                + "\(Progress.size(UInt64(clamping: result.byteCount)))",
            "begins at \(LocalTimestamp(plan.presentedStart).iso8601)"
                + (plan.lead > .zero
                    ? ", \(decimal(plan.lead.seconds, places: 2)) s before --from" : ""),
            "ends at \(LocalTimestamp(plan.end).iso8601)",
        ]
        lines += plan.gaps.map {
            "nothing was recorded from \(LocalTimestamp($0.start).iso8601) "
                + "to \(LocalTimestamp($0.end).iso8601) "
                + "(\(decimal($0.duration.seconds, places: 1)) s)"
        }
        lines += plan.clockSteps.map {
            "the clock was set by \(decimal(Double($0.nanoseconds) / 1e9, places: 1)) s before "
                + LocalTimestamp($0.at).iso8601
        }
        if plan.sources.contains(where: \.clip.header.isClockUncertain) {
            lines.append("the recorder's clock was not known to be right at the time")
        }
        lines.append("sha256 \(result.sha256), more in \(result.manifestPath)")
        return lines.joined(separator: "\n")
    }

    /// The same for scripts; the manifest has all of it.
    var json: JSON {
        [
            "path": JSON(result.path), "manifest": JSON(result.manifestPath),
            "bytes": JSON(result.byteCount), "sha256": JSON(result.sha256),
            "camera": JSON(plan.request.camera), "clips": JSON(plan.sources.count),
            "start": JSON(plan.presentedStart.utcText), "end": JSON(plan.end.utcText),
            "lead_seconds": JSON(plan.lead.seconds),
            "gaps": JSON(
                plan.gaps.map { gap -> JSON in
                    [
                        "start": JSON(gap.start.utcText), "end": JSON(gap.end.utcText),
                        "seconds": JSON(gap.duration.seconds),
                    ]
                }),
        ]
    }
}
