import AVRemux
import Archive
import Console
import Platform

/// What a person should mend, the gravest first.
struct ProblemList {
    let now: Instant
    let health: VolumeHealth
    /// Since when each recorder runs.
    let wanted: [String: MonotonicTime]
    let facts: StatusBoard.Facts
    let usage: VolumeBoard.Usage?

    /// A camera without video for longer is a problem of its own, whatever it says.
    static let silentAfter = Duration.seconds(60)

    func all(_ cameras: [CameraReport]) -> [RecorderStatus.Problem] {
        var problems: [RecorderStatus.Problem] = []
        if let trouble = health.trouble {
            problems.append(
                RecorderStatus.Problem(
                    code: "volume.down", since: Timestamp(trouble.since.wall),
                    text: "Nothing can be recorded: \(trouble.what.text)"))
        }
        problems += cameras.compactMap(silent) + cameras.compactMap(refused)
        if let last = health.lastFull,
            now.monotonic - last.monotonic < VolumeHealth.slowFor
        {
            problems.append(
                RecorderStatus.Problem(
                    code: "volume.slow", since: Timestamp(last.wall),
                    text: "The disk takes less than the cameras send, pictures are lost: use a "
                        + "faster disk, or lower the cameras' bit rates"))
        }
        if !facts.isClockTrusted {
            problems.append(
                RecorderStatus.Problem(
                    code: "clock.uncertain",
                    text: "The clock cannot be right: clips are marked, and nothing is deleted "
                        + "for its age; let NTP set it"))
        }
        if let usage, usage.protected > facts.settings.maxFolderBytes / 10 * 9 {
            problems.append(
                RecorderStatus.Problem(
                    code: "protections.crowd",
                    text: "Protected clips leave little to record: lift protections or raise "
                        + "MAX_FOLDER_SIZE_GB"))
        }
        if let refusal = facts.refusal {
            problems.append(
                RecorderStatus.Problem(
                    code: "settings.refused", since: Timestamp(refusal.since),
                    text: "The settings file does not hold, the settings from before it are in "
                        + "force: \(refusal.text)"))
        }
        return problems
    }

    private func silent(_ camera: CameraReport) -> RecorderStatus.Problem? {
        guard camera.state != .disabled, camera.state != .stopped,
            let status = facts.recorders[camera.name]?.status,
            let since = status.lastVideo ?? wanted[camera.name],
            now.monotonic - since >= Self.silentAfter
        else { return nil }
        return RecorderStatus.Problem(
            code: "camera.silent", camera: camera.name,
            since: Timestamp(now.wall + (since - now.monotonic)),
            text: camera.reason ?? "No picture has come for more than a minute")
    }

    private func refused(_ camera: CameraReport) -> RecorderStatus.Problem? {
        guard camera.cause == LedgerCause.refusedLogin.rawValue else { return nil }
        return RecorderStatus.Problem(
            code: "camera.refused", camera: camera.name, since: camera.since,
            text: camera.reason ?? "The camera does not accept the password")
    }
}
