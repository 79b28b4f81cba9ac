import Archive
import ArgumentParser
import Glibc
import Platform

/// `cctv coverage`.
struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Say how much of a day was recorded, and why the rest was not.",
        discussion: """
            It reads the folder, so it works with and without a running recorder. The share is that \
            of the time in which the camera was to be recorded.
            """)

    @Option(help: "Only this camera.")
    var camera: String?

    @Option(help: ArgumentHelp("A day like 2025-02-23, today or yesterday.", valueName: "day"))
    var day = "today"

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let folder = try selection.recordings()
        let clocks = SystemClocks()
        guard let day = LocalDay(day, clocks: clocks) else {
            throw CommandFailure(
                "--day: '\(day)' is no day; write it like 2025-02-23, today or yesterday", EX_USAGE)
        }
        let facts: CoverageFacts
        do throws(SystemError) {
            facts = try CoverageFacts(
                folder: folder, camera: camera, day: day, now: Instant(clocks))
        } catch {
            throw CommandFailure(
                "\(folder): \(error.reason)", error.code == ENOENT ? EX_NOINPUT : EX_IOERR)
        }
        if let camera, facts.cameras.isEmpty {
            throw CommandFailure("no camera \(camera) was ever recorded to \(folder)", EX_NOINPUT)
        }
        print(json ? facts.json.indented : facts.text)
    }
}

/// What `cctv coverage` tells.
struct CoverageFacts {
    let day: LocalDay
    let cameras: [CameraCoverage]
    private let unreadableLines: Int
    private let unreadableClips: [SystemError]

    /// A recorder whose last heartbeat is older does not run.
    private static let freshest = Duration.seconds(10)

    init(
        folder: String, camera: String?, day: LocalDay, now: Instant
    ) throws(SystemError) {
        self.day = day
        let file = LedgerFile(folder: folder)
        let contents = try file.read()
        let heartbeat = try file.heartbeat()
        // The clips are read after the ledger: what it calls recorded is then on the disk.
        let listing = try FolderCatalog(folder: folder).clips(
            ClipQuery(camera: camera, range: day.range))
        unreadableLines = contents.unreadable
        unreadableClips = listing.unreadable
        var history = GapHistory(contents.entries)
        let isAlive = heartbeat.map { abs((now.wall - $0.wall).seconds) < Self.freshest.seconds }
        if isAlive != true {
            history = GapHistory(contents.entries + history.absence(since: heartbeat))
        }
        let names = Set(history.cameras).union(listing.cameras).filter { camera ?? $0 == $0 }
        cameras = names.sorted().map {
            CameraCoverage(
                camera: $0, clips: listing.clips, history: history, range: day.range,
                now: now.wall)
        }
    }

    /// A line per camera, one per gap, and what could not be read.
    var text: String {
        guard !cameras.isEmpty else { return "\(day.name): no camera was recorded" }
        var lines: [String] = []
        for coverage in cameras {
            lines.append("\(coverage.camera) \(day.name): \(Self.sum(coverage))")
            for gap in coverage.gaps { lines.append("  " + Self.row(gap)) }
        }
        if unreadableLines > 0 {
            lines.append("\(unreadableLines) torn lines of the gap ledger were left out")
        }
        return (lines + unreadableClips.map(\.description)).joined(separator: "\n")
    }

    private static func sum(_ coverage: CameraCoverage) -> String {
        guard let share = coverage.share else { return "not to be recorded" }
        var parts = ["\(percent(share)) % of \(length(coverage.enabled))"]
        if let longest = coverage.longest {
            parts.append(
                "longest gap \(length(longest.length)) at "
                    + LocalTimestamp(longest.start).timeOfDay)
            let causes = coverage.causes.map { "\($0.name) \(length($0.length))" }
            parts.append("causes: \(causes.joined(separator: ", "))")
        }
        if coverage.lostPackets > 0 {
            parts.append("packet-loss \(coverage.lostPackets) packets")
        }
        if coverage.deleted > .zero {
            parts.append("deleted since: \(length(coverage.deleted))")
        }
        return parts.joined(separator: ", ")
    }

    private static func row(_ gap: CameraCoverage.Gap) -> String {
        let why = gap.detail.isEmpty ? "" : ": \(gap.detail)"
        return LocalTimestamp(gap.start).timeOfDay + " "
            + length(gap.length).padded(to: 10) + gap.name + why
    }

    /// The share in hundredths of a percent, never rounded up to a whole that it is not.
    static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded(.down))
        let rest = hundredths % 100
        return "\(hundredths / 100)." + (rest < 10 ? "0\(rest)" : "\(rest)")
    }

    /// `3.1 s`, from a minute on `1:02:03`.
    static func length(_ length: Duration) -> String {
        guard length >= .seconds(60) else { return "\(decimal(length.seconds, places: 1)) s" }
        let seconds = Int(length.seconds.rounded())
        return [seconds / 3600, seconds / 60 % 60, seconds % 60].enumerated().map {
            $0 > 0 && $1 < 10 ? "0\($1)" : "\($1)"
        }.joined(separator: ":")
    }

    /// The same for scripts.
    var json: JSON {
        [
            "day": JSON(day.name), "start": JSON(day.range.lowerBound.utcText),
            "end": JSON(day.range.upperBound.utcText),
            "cameras": JSON(cameras.map(Self.json)), "unreadable_lines": JSON(unreadableLines),
            "unreadable": JSON(unreadableClips.map { JSON($0.description) }),
        ]
    }

    private static func json(_ coverage: CameraCoverage) -> JSON {
        [
            "camera": JSON(coverage.camera),
            "judged_until": JSON(coverage.range.upperBound.utcText),
            "share": coverage.share.map { JSON($0, places: 6) } ?? nil,
            "enabled_seconds": JSON(coverage.enabled.seconds),
            "recorded_seconds": JSON(coverage.recorded.seconds),
            "deleted_seconds": JSON(coverage.deleted.seconds),
            "longest_gap_seconds": coverage.longest.map { JSON($0.length.seconds) } ?? nil,
            "lost_packets": JSON(coverage.lostPackets),
            "causes": JSON(
                .object(
                    coverage.causes.map {
                        JSON.Member(name: $0.name, value: JSON($0.length.seconds))
                    })),
            "gaps": JSON(
                coverage.gaps.map { gap -> JSON in
                    [
                        "cause": JSON(gap.name), "start": JSON(gap.start.utcText),
                        "end": JSON(gap.end.utcText), "seconds": JSON(gap.length.seconds),
                        "detail": JSON(gap.detail),
                    ]
                }),
        ]
    }
}
