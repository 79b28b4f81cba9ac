import Archive
import ArgumentParser
import Glibc
import Platform

/// `cctv volume`: the disks that recordings go to.
struct VolumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "volume", abstract: "Tell which folder is right for recordings.",
        subcommands: [Adopt.self])

    /// `cctv volume adopt`.
    struct Adopt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept a folder for recordings, whatever was there before.",
            discussion: """
                Needed when a recorder refuses a folder, because another disk was mounted there \
                before. Clips in the folder stay.
                """)

        @Argument(help: "The output folder.")
        var folder: String

        func run() throws {
            do throws(VolumeError) {
                let identity = try Volume.adopt(folder)
                KnownVolumes.adopt(
                    identity.uuid, in: folder, environment: ProcessSetup.environment)
            } catch {
                throw CommandFailure(error)
            }
            print("\(folder) is accepted for recordings")
        }
    }
}

extension CommandFailure {
    /// A folder that cannot be recorded to: another recorder runs (75), no permission (77), or the
    /// disk (74).
    init(_ error: VolumeError) {
        let status: Int32 =
            switch error {
            case .alreadyRunning: EX_TEMPFAIL
            case .system(_, let cause) where [EACCES, EPERM].contains(cause.code): EX_NOPERM
            default: EX_IOERR
            }
        self.init("\(error)", status)
    }
}
