import FoundationEssentials
import ISOBMFF
public import Platform

/// What lies beside an export: what it is made of, and everything that is not as one might think.
public struct ExportManifest: Encodable, Sendable {
    /// Who made an export.
    public struct Origin: Encodable, Sendable {
        /// The program with its version.
        public var program: String
        /// The command as it could be given again, without secrets.
        public var command: String
        /// When it was made, as RFC 3339.
        public var created: String

        /// Names the program, the command and the time.
        public init(program: String, command: String, created: WallTime) {
            self.program = program
            self.command = command
            self.created = created.utcText
        }
    }

    struct Interval: Encodable {
        var from: String
        var to: String
        var seconds: Double

        init(_ range: Range<WallTime>) {
            from = range.lowerBound.utcText
            to = range.upperBound.utcText
            seconds = (range.upperBound - range.lowerBound).roundedSeconds
        }
    }

    struct Source: Encodable {
        var path: String
        var camera: String
        var state: String
        var start: String
        var end: String
        var exported: Interval
        var sequence: UInt64
        var bootID: String
        var endReason: String?
        var lostPackets: UInt32?
        var timeRepairs: UInt32?
        var clockUncertain: Bool
    }

    struct ClockStep: Encodable {
        var at: String
        var seconds: Double
    }

    var file: String
    var byteCount: Int64
    var sha256: String
    var camera: String
    var requested: Interval
    var exactStart: Bool
    var presentedStart: String
    var leadSeconds: Double
    var covered: [Interval]
    var gaps: [Interval]
    var sources: [Source]
    var lostPackets: UInt64
    var timeRepairs: UInt64
    var clockUncertain: Bool
    var clockSteps: [ClockStep]
    var unreadable: [String]
    var origin: Origin

    init(_ plan: ExportPlan, _ result: ExportResult, _ origin: Origin) {
        file = result.path.split(separator: "/").last.map(String.init) ?? result.path
        byteCount = result.byteCount
        sha256 = result.sha256
        camera = plan.request.camera
        requested = Interval(plan.request.range)
        exactStart = plan.request.isExact
        presentedStart = plan.presentedStart.utcText
        leadSeconds = plan.lead.roundedSeconds
        covered = plan.covered.map(Interval.init)
        gaps = plan.gaps.map { Interval($0.start..<$0.end) }
        sources = plan.sources.map(Source.init)
        lostPackets = sources.reduce(0) { $0 + UInt64($1.lostPackets ?? 0) }
        timeRepairs = sources.reduce(0) { $0 + UInt64($1.timeRepairs ?? 0) }
        clockUncertain = sources.contains(where: \.clockUncertain)
        clockSteps = plan.clockSteps.map {
            ClockStep(
                at: $0.at.utcText, seconds: Duration.nanoseconds($0.nanoseconds).roundedSeconds)
        }
        unreadable = plan.unreadable.map(\.description)
        self.origin = origin
    }

    /// The manifest as a JSON object of several lines.
    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings and finite numbers: nothing here can fail to be written.
        return Array((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
    }
}

extension ExportManifest.Source {
    init(_ source: ExportPlan.Source) {
        let clip = source.clip
        let digits = clip.header.bootID.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let isFinal = clip.state == .final
        self.init(
            path: clip.path, camera: clip.camera, state: isFinal ? "final" : "open",
            start: clip.start.utcText, end: clip.endTime.utcText,
            exported: ExportManifest.Interval(source.range), sequence: clip.header.sequence,
            bootID: digits.joined(), endReason: isFinal ? clip.end.reason.description : nil,
            lostPackets: isFinal ? clip.end.lostPacketCount : nil,
            timeRepairs: isFinal ? clip.end.timeRepairCount : nil,
            clockUncertain: clip.header.isClockUncertain)
    }
}

extension Duration {
    /// Seconds to the millisecond.
    fileprivate var roundedSeconds: Double { (seconds * 1000).rounded() / 1000 }
}
