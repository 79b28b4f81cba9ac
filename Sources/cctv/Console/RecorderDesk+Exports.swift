import Archive
import Console
import Platform

// Exports: what one would be, those that are made, and their files.
extension RecorderDesk {
    func exports() async -> [ExportRecord] { exporting.records }

    func export(_ request: ExportDraft) async throws(RecorderFailure) -> [ExportRecord] {
        try check(request)
        return try await exporting.add(request)
    }

    func removeExport(_ id: Int64) async throws(RecorderFailure) { try await exporting.remove(id) }

    func exportFile(_ id: Int64, _ part: ExportPart) async throws(RecorderFailure) -> ServedFile {
        let exporting = exporting
        return try await reading.ask { _ throws(RecorderFailure) in try exporting.file(id, part) }
    }

    func estimate(_ request: ExportDraft) async throws(RecorderFailure) -> ExportEstimate {
        try check(request)
        let folder = parts.settings.outputFolder
        return try await chores.ask { _ throws(RecorderFailure) in
            var estimate = ExportEstimate(parts: [], bytes: 0)
            for camera in request.cameras {
                let part = try Self.part(of: camera, request, folder)
                estimate.parts.append(part)
                estimate.bytes += part.bytes
            }
            return estimate
        }
    }

    private static func part(
        of camera: String, _ request: ExportDraft, _ folder: String
    ) throws(RecorderFailure) -> ExportEstimate.Part {
        let range = request.from.wall..<request.to.wall
        do throws(ExportError) {
            let exporter: Exporter
            do throws(SystemError) { exporter = try Exporter(folder: folder) } catch {
                throw ExportError.system(error)
            }
            let export = try exporter.prepare(
                ExportRequest(camera: camera, range: range, isExact: request.exact ?? false))
            return ExportEstimate.Part(
                camera: camera, bytes: try export.byteCount(),
                start: Timestamp(export.plan.presentedStart), end: Timestamp(export.plan.end),
                leadSeconds: export.plan.lead.seconds, gapSeconds: export.plan.gapSeconds,
                clips: export.plan.sources.count)
        } catch {
            if case .nothing = error {
                return ExportEstimate.Part(
                    camera: camera, bytes: 0, leadSeconds: 0,
                    gapSeconds: (range.upperBound - range.lowerBound).seconds, clips: 0)
            }
            throw RecorderFailure(.unavailable, code: "export.impossible", "\(error)")
        }
    }

    private func check(_ request: ExportDraft) throws(RecorderFailure) {
        if parts.archive.volumeHealth.isAway { throw .volumeAway }
        guard request.from < request.to else {
            throw RecorderFailure(
                .invalid, code: "span.empty", "The end must be later than the start.", field: "to")
        }
        guard !request.cameras.isEmpty, request.cameras.count <= 64 else {
            throw RecorderFailure(
                .invalid, code: "export.cameras", "Choose 1 to 64 cameras.", field: "cameras")
        }
        // Names become parts of paths.
        for camera in request.cameras where SettingKind.name.value(of: camera) == nil {
            throw .noCamera(camera)
        }
    }
}
