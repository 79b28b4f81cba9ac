import AVRemux
import Glibc

/// Everything that the doctor found.
struct DoctorReport {
    /// What came of looking at one camera.
    struct Visit {
        let camera: String
        /// Without its password.
        let url: String
        let outcome: Result<CameraFacts, SessionEnd>

        /// Bits per second of its video, if it could be looked at.
        var bitrate: Double? { (try? outcome.get())?.report.bitrate }

        var findings: [Finding] {
            switch outcome {
            case .success(let facts): CameraFindings.all(facts)
            case .failure(let end): [Finding(.bad, "session", "\(end)")]
            }
        }

        /// The camera's lines for people.
        var text: String {
            (["\(camera)  \(url)"] + findings.flatMap(\.lines)).joined(separator: "\n")
        }

        fileprivate var json: JSON {
            var members: [JSON.Member] = [
                JSON.Member(name: "camera", value: JSON(camera)),
                JSON.Member(name: "findings", value: JSON(findings.map(\.json))),
            ]
            if case .success(let facts) = outcome {
                members.append(
                    JSON.Member(
                        name: "probe", value: ProbeFacts(url: url, report: facts.report).json))
            }
            return JSON(.object(members))
        }
    }

    let visits: [Visit]
    /// What concerns the machine: days, disk.
    let machine: [Finding]

    /// The machine's lines for people.
    var machineText: String {
        (["this machine"] + machine.flatMap(\.lines)).joined(separator: "\n")
    }

    /// The same for scripts.
    var json: JSON {
        [
            "version": JSON(Version.program), "cameras": JSON(visits.map(\.json)),
            "machine": JSON(machine.map(\.json)),
        ]
    }

    /// Cameras that could not be looked at.
    var failure: CommandFailure? {
        let failed = visits.compactMap { visit -> String? in
            if case .failure = visit.outcome { visit.camera } else { nil }
        }
        guard !failed.isEmpty else { return nil }
        return CommandFailure("could not look at \(failed.joined(separator: ", "))", EX_UNAVAILABLE)
    }
}
