import Archive
import ArgumentParser
import Glibc
import ISOBMFF
import Platform

/// `cctv verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read clips whole, and say of each whether every box, sample and checksum holds.")

    @Argument(help: "Clips, or folders with clips.")
    var paths: [String]

    @Flag(help: "Print JSON, one object per clip and line.")
    var json = false

    func run() throws {
        let clips = try ClipPaths.expand(paths)
        var damaged = 0
        for clip in clips {
            let facts = try facts(clip)
            if !facts.isWhole { damaged += 1 }
            print(json ? facts.json.text : facts.text)
        }
        guard damaged == 0 else {
            throw CommandFailure("\(damaged) of \(clips.count) clips are damaged", EX_DATAERR)
        }
        if !json { print(clips.count == 1 ? "1 clip, whole" : "\(clips.count) clips, all whole") }
    }

    private func facts(_ path: String) throws(CommandFailure) -> VerifyFacts {
        do throws(SystemError) {
            return VerifyFacts(path: path, verification: try ClipFile(path).verify())
        } catch {
            throw CommandFailure("\(path): \(error.reason)", EX_IOERR)
        }
    }
}

/// What `cctv verify` tells of a clip.
struct VerifyFacts {
    let path: String
    let verification: ClipVerification

    var isWhole: Bool { verification.isWhole }

    /// A line, and one more for each finding.
    var text: String {
        guard verification.header != nil else {
            return "NO CLIP  \(path): " + (verification.findings.first?.text ?? "not by cctv")
        }
        let seconds = Double(verification.tables?.durationNanoseconds ?? 0) / 1e9
        let state = verification.state == .open ? ", open (recorded now, or left by a crash)" : ""
        let head =
            "\(isWhole ? "whole  " : "DAMAGED")  \(path): \(decimal(seconds, places: 1)) s, "
            + "\(verification.tables?.primarySampleCount ?? 0) frames\(state)"
        return ([head] + verification.findings.map { "           \($0)" })
            .joined(separator: "\n")
    }

    /// The same for scripts.
    var json: JSON {
        [
            "path": JSON(path), "whole": JSON(isWhole),
            "state": JSON(verification.state.map { $0 == .open ? "open" : "final" }),
            "camera": JSON(verification.header?.cameraName),
            "sequence": verification.header.map { JSON($0.sequence) } ?? nil,
            "start_utc_ns": verification.header.map { JSON($0.startUTC) } ?? nil,
            "seconds": JSON(Double(verification.tables?.durationNanoseconds ?? 0) / 1e9),
            "frames": JSON(verification.tables?.primarySampleCount ?? 0),
            "end_reason": JSON(verification.end.map { "\($0.reason)" }),
            "findings": JSON(verification.findings.map { JSON($0.description) }),
        ]
    }
}
