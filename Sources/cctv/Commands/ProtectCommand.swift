import Archive
import ArgumentParser
import Glibc
import Platform

/// `cctv protect`.
struct ProtectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect", abstract: "Keep clips of a time from being deleted, or list those.",
        discussion: """
            Without --from it lists what is protected. Protected clips count for the limits, so \
            others go for them; cctv unprotect lifts a protection.
            """)

    @Option(help: "Only this camera's; all cameras' if left out.")
    var camera: String?

    @Option(help: ArgumentHelp("From this time on, \(TimeRange.help).", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Up to this time.", valueName: "time"))
    var to = "now"

    @Option(help: "Why.")
    var note = ""

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let folder = try selection.recordings()
        let list = try ProtectionList.open(folder)
        guard let from else {
            let all = try ProtectionList.run(folder) { () throws(SystemError) in try list.all() }
            return print(
                all.isEmpty ? "nothing is protected" : all.map(\.text).joined(separator: "\n"))
        }
        let (range, notes) = try TimeRange.read(from: from, to: to)
        for note in notes { Screen.say("cctv: \(note)") }
        let added = try ProtectionList.run(folder) { () throws(SystemError) in
            try list.add(
                camera: camera == CatalogClip.unnamedCamera ? nil : camera, range: range, note: note
            )
        }
        print("protected: \(added.text)")
    }
}

/// `cctv unprotect`.
struct UnprotectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unprotect", abstract: "Lift a protection, by its number.")

    @Argument(help: "The number that cctv protect lists.")
    var number: Int64

    @OptionGroup var selection: SettingsSelection

    func run() throws {
        let folder = try selection.recordings()
        let list = try ProtectionList.open(folder)
        let found = try ProtectionList.run(folder) { () throws(SystemError) in
            try list.remove(number)
        }
        guard found else {
            throw CommandFailure("no protection has the number \(number)", EX_NOINPUT)
        }
        print("protection \(number) is lifted")
    }
}

extension ProtectionList {
    fileprivate static func open(_ folder: String) throws(CommandFailure) -> ProtectionList {
        try run(folder) { () throws(SystemError) in try ProtectionList(folder: folder) }
    }

    fileprivate static func run<Value>(
        _ folder: String, _ body: () throws(SystemError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(SystemError) { return try body() } catch {
            let status: Int32 =
                switch error.code {
                case ENOENT: EX_NOINPUT
                case EACCES, EPERM: EX_NOPERM
                case EBUSY: EX_TEMPFAIL
                default: EX_IOERR
                }
            throw CommandFailure("\(folder): \(error)", status)
        }
    }
}

extension Protection {
    /// One line for people.
    fileprivate var text: String {
        let times = [range.lowerBound, range.upperBound].map { LocalTimestamp($0).iso8601 }
        return "\(number)  \(camera ?? "all cameras")  \(times[0]) to \(times[1])"
            + (note.isEmpty ? "" : "  \(note)")
    }
}
