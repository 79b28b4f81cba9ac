import Archive
import ArgumentParser
import Glibc
import ISOBMFF
import Platform

/// `cctv recover`.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Make clips final that a crash has left open; the recorder does it at its start.",
        discussion: """
            A torn end is cut back to the last whole fragment. A clip that is being recorded, and a \
            file that is no clip of cctv, is left as it is.
            """)

    @Argument(help: "Clips, or folders with clips.")
    var paths: [String]

    func run() throws {
        let clips = try ClipPaths.expand(paths)
        var failures = 0
        for clip in clips {
            let (text, isGood) = recover(clip)
            if !isGood { failures += 1 }
            print("\(clip) \(text)")
        }
        guard failures == 0 else {
            throw CommandFailure(
                "\(failures) of \(clips.count) files are not recovered", EX_DATAERR)
        }
    }

    private func recover(_ path: String) -> (text: String, isGood: Bool) {
        let file = ClipFile(path)
        do throws(SystemError) {
            // What recovery does not understand it puts aside; a person's own film must stay.
            guard try file.verify().header != nil else {
                return ("is no clip of cctv and is left as it is", false)
            }
            let outcome = try file.recover()
            return (outcome.text, outcome.isGood)
        } catch {
            return error.code == EBUSY
                ? ("is being recorded and is left as it is", true)
                : ("cannot be recovered: \(error.reason)", false)
        }
    }
}
