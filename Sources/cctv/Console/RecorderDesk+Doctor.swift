import AVRemux
import Console
import Platform

// The doctor: what is wrong with cameras, disk and clock, and what helps whoever is asked for help.
extension RecorderDesk {
    func checkup(among cameras: Set<String>?) async -> CheckupRecord? {
        doctor.record(for: cameras)
    }

    func beginCheckup(
        _ request: CheckupRequest
    ) async throws(RecorderFailure) -> CheckupRecord {
        let settings = board.facts.settings
        let status = board.status
        let cameras = try wanted(request.camera, settings)
        let seconds = request.seconds ?? 30
        return try doctor.begin(
            CheckupRunner.Plan(
                checkups: cameras.map { camera in
                    let name = camera.recording.name
                    return CameraCheckup(
                        settings: camera.recording, duration: .seconds(seconds),
                        isRecorded: status.cameras.contains {
                            $0.name == name && $0.state == .recording
                        }, countsSessions: request.countSessions ?? false)
                },
                seconds: seconds,
                machine: { [board] visits in
                    // The mount point of a disk that is away is not tried in its place.
                    guard let trouble = board.status.volume.reason else {
                        return MachineFindings.all(settings, visits)
                    }
                    return [Finding(.bad, "disk", trouble)]
                }))
    }

    func endCheckup(among cameras: Set<String>?) async { doctor.end(among: cameras) }

    func checkupBundle() async throws(RecorderFailure) -> [UInt8] {
        guard let report = doctor.report else {
            throw RecorderFailure(
                .conflict, code: "doctor.none",
                "The doctor has not finished a look yet; begin one and wait for its end.")
        }
        let (loader, settings) = (parts.loader, board.facts.settings)
        let (status, now) = (board.status, parts.clocks.wall)
        return try await chores.ask { _ in
            // Settings that do not hold are no reason to send nothing.
            DoctorBundle.make(
                report: report.json, sources: (try? loader.sources()) ?? loader.fixed,
                settings: settings, status: try? JSONReader.read(status.json), now: now)
        }
    }

    private func wanted(
        _ name: String?, _ settings: Settings
    ) throws(RecorderFailure) -> [Settings.Camera] {
        if let name, !settings.cameras.contains(where: { $0.recording.name == name }) {
            throw .noCamera(name)
        }
        let cameras = settings.cameras.filter {
            $0.enabled && (name ?? $0.recording.name) == $0.recording.name
        }
        guard !cameras.isEmpty else {
            throw RecorderFailure(
                .conflict, code: "camera.disabled",
                name.map { "The camera \($0) is not enabled; set its ENABLED to true." }
                    ?? "There is no enabled camera to look at; add one in the settings.",
                field: "camera")
        }
        return cameras
    }
}
