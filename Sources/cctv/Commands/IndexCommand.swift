import Archive
import ArgumentParser
import Glibc
import Platform

/// `cctv index`: the list of the clips, which can be deleted at any time.
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Make the index of the clips anew, or check it.",
        discussion: """
            The clips are the truth: the recorder makes an index that is not there by itself, and \
            both commands work beside it.
            """,
        subcommands: [Rebuild.self, Check.self])

    /// `cctv index rebuild`.
    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild",
            abstract: "Make the index anew from the first and last bytes of each clip.")

        @OptionGroup var selection: SettingsSelection

        func run() throws {
            try IndexCommand.work(selection) { index throws(IndexFault) in
                try index.rebuild(progress: IndexCommand.show)
            }
            print("the index is made anew")
        }
    }

    /// `cctv index check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Compare the index with the clips.",
            discussion: "Clips that begin or end meanwhile may be named.")

        @OptionGroup var selection: SettingsSelection

        func run() throws {
            let findings = try IndexCommand.work(selection) { index throws(IndexFault) in
                try index.check(progress: IndexCommand.show)
            }
            for finding in findings { print(finding) }
            guard findings.isEmpty else {
                throw CommandFailure(
                    "the index is out of step; make it anew with: cctv index rebuild", EX_DATAERR)
            }
            print("the index says what the clips say")
        }
    }

    private static func work<Value>(
        _ selection: SettingsSelection, _ body: (VolumeIndex) throws(IndexFault) -> Value
    ) throws -> Value {
        let folder = try selection.recordings()
        defer { Screen.show("") }
        do throws(IndexFault) { return try body(VolumeIndex(folder: folder)) } catch {
            throw CommandFailure("\(error)", EX_IOERR)
        }
    }

    private static func show(_ done: Int, _ total: Int) {
        guard done % 100 == 0 else { return }
        Screen.show("\(done) of \(total) clips")
    }
}
