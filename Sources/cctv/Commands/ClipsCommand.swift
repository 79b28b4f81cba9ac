import AVRemux
import Archive
import ArgumentParser
import Glibc
import ISOBMFF
import Platform

/// `cctv clips`.
struct ClipsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clips", abstract: "List the clips, and the time between them without any.",
        discussion: "It reads the index, or the folder if there is none; no recorder need run.")

    @Option(help: "Only this camera's.")
    var camera: String?

    @Option(help: ArgumentHelp("Only from this time on, \(TimeRange.help).", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Only up to this time. (default: now)", valueName: "time"))
    var to: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let settings = try Settings(try selection.sources())
        let folder = try selection.recordings()
        var query = ClipQuery(camera: camera)
        if from != nil || to != nil {
            let (range, notes) = try TimeRange.read(from: from ?? "1970-01-02", to: to ?? "now")
            query.range = range
            for note in notes { Screen.say("cctv: \(note)") }
        }
        let listing = try list(query, in: folder)
        if let camera, listing.clips.isEmpty {
            let known = Set(settings.cameras.map(\.recording.name))
                .union(try list(ClipQuery(), in: folder).cameras)
            guard known.contains(camera) else {
                let names = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
                throw CommandFailure(
                    "there is no camera \(camera), in \(folder) or in the settings; "
                        + "the cameras are: \(names)", EX_NOINPUT)
            }
        }
        let facts = ClipsFacts(listing: listing)
        print(json ? facts.json.indented : facts.table)
        for error in listing.unreadable { Screen.say("cctv: \(error)") }
    }

    private func list(_ query: ClipQuery, in folder: String) throws(CommandFailure) -> ClipListing {
        do throws(SystemError) {
            if let index = try IndexCatalog(folder: folder) { return try index.clips(query) }
            return try FolderCatalog(folder: folder).clips(query)
        } catch {
            throw CommandFailure(
                "\(folder): \(error.reason)", error.code == ENOENT ? EX_NOINPUT : EX_IOERR)
        }
    }
}

/// What `cctv clips` tells.
struct ClipsFacts {
    let listing: ClipListing

    /// A row per clip and per gap, and a sum.
    var table: String {
        guard !listing.clips.isEmpty else { return "no clips" }
        let width = (listing.cameras.map(\.count).max() ?? 0) + 2
        var rows = [
            "camera".padded(to: max(width, 8)) + "start".padded(to: 21) + "end".padded(to: 10)
                + "length".padded(to: 10) + "size".padded(to: 11) + "file"
        ]
        for camera in listing.cameras {
            var last: ClipTimeline.Place?
            for place in listing.timeline(of: camera).places {
                if let last, place.followsGap {
                    let gap = place.clip.start - last.end
                    rows.append(
                        "".padded(to: max(width, 8)) + "nothing for \(Self.length(gap.seconds))")
                }
                rows.append(camera.padded(to: max(width, 8)) + Self.row(place))
                last = place
            }
        }
        let bytes = listing.clips.reduce(0) { $0 + UInt64(clamping: $1.byteCount) }
        let count = listing.clips.count
        return (rows + ["\(count) \(count == 1 ? "clip" : "clips"), \(Progress.size(bytes))"])
            .joined(separator: "\n")
    }

    private static func row(_ place: ClipTimeline.Place) -> String {
        let start = LocalTimestamp(inKnownZone: place.clip.start)
        let state = place.clip.state == .open ? " (open)" : ""
        let doubt = place.clip.header.isClockUncertain ? " (clock uncertain)" : ""
        return "\(start.day) \(start.timeOfDay)".padded(to: 21)
            + LocalTimestamp(inKnownZone: place.end).timeOfDay.padded(to: 10)
            + length(Duration.nanoseconds(place.length).seconds).padded(to: 10)
            + Progress.size(UInt64(clamping: place.clip.byteCount)).padded(to: 11)
            + place.clip.path + state + doubt
    }

    /// `10:00` or `1:00:00`; below a minute `3.1 s`.
    private static func length(_ seconds: Double) -> String {
        guard seconds >= 60 else { return "\(decimal(seconds, places: 1)) s" }
        let whole = Int64(seconds.rounded())
        let parts = [whole / 3600, whole / 60 % 60, whole % 60]
        let shown = parts[0] > 0 ? parts[...] : parts.dropFirst()
        return shown.enumerated().map { index, part in
            index > 0 && part < 10 ? "0\(part)" : "\(part)"
        }.joined(separator: ":")
    }

    /// The same for scripts.
    var json: JSON {
        let timelines = listing.cameras.map { ($0, listing.timeline(of: $0)) }
        return [
            "clips": JSON(
                timelines.flatMap { camera, timeline in
                    timeline.places.map { Self.clip($0, of: camera) }
                }),
            "gaps": JSON(
                timelines.flatMap { camera, timeline in
                    timeline.gaps.map { gap -> JSON in
                        [
                            "camera": JSON(camera), "start": JSON(gap.start.utcText),
                            "end": JSON(gap.end.utcText), "seconds": JSON(gap.duration.seconds),
                        ]
                    }
                }),
            "unreadable": JSON(listing.unreadable.map { JSON($0.description) }),
        ]
    }

    private static func clip(_ place: ClipTimeline.Place, of camera: String) -> JSON {
        let clip = place.clip
        return [
            "camera": JSON(camera), "path": JSON(clip.path), "start": JSON(clip.start.utcText),
            "start_utc_ns": JSON(clip.header.startUTC), "end": JSON(place.end.utcText),
            "seconds": JSON(Duration.nanoseconds(place.length).seconds),
            "media_seconds": JSON(Double(clip.end.mediaDuration) / 1e9),
            "bytes": JSON(clip.byteCount), "state": clip.state == .open ? "open" : "final",
            "sequence": JSON(clip.header.sequence),
            "clock_uncertain": JSON(clip.header.isClockUncertain),
            "lost_packets": clip.state == .open ? nil : JSON(clip.end.lostPacketCount),
            "time_repairs": clip.state == .open ? nil : JSON(clip.end.timeRepairCount),
        ]
    }
}
