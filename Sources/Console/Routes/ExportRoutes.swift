import Hummingbird

/// Exports: what one would be, those that are made, and their files.
struct ExportRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/exports", for: .role(.operator)) { _, _, recorder in
            .json(ExportList(exports: await recorder.exports()))
        }
        routes.on(.post, "/api/v1/exports", for: .role(.operator)) { request, context, recorder in
            let draft = try await Self.draft(request, context)
            return .json(ExportList(exports: try await recorder.export(draft)), status: .accepted)
        }
        routes.on(.post, "/api/v1/exports/estimate", for: .role(.operator)) {
            request, context, recorder in
            .json(try await recorder.estimate(Self.draft(request, context)))
        }
        routes.on(.delete, "/api/v1/exports/{id}", for: .role(.operator)) { _, context, recorder in
            try await recorder.removeExport(context.number("id", of: "export"))
            return .done
        }
        for (name, part) in [("video.mp4", ExportPart.video), ("manifest.json", .manifest)] {
            routes.on(.get, "/api/v1/exports/{id}/\(name)", for: .role(.operator)) {
                request, context, recorder in
                let file = try await recorder.exportFile(context.number("id", of: "export"), part)
                let isDownload = try Query(request).text("download") == "1"
                return .file(file, to: request, isDownload: isDownload)
            }
        }
    }

    private static func draft(
        _ request: Request, _ context: ConsoleContext
    ) async throws -> ExportDraft {
        let draft = try await request.json(as: ExportDraft.self, context: context)
        guard draft.from < draft.to else {
            throw Problem(
                .unprocessableContent, "field.order", "'to' must be after 'from'.", field: "to")
        }
        guard !draft.cameras.isEmpty else {
            throw Problem(
                .unprocessableContent, "field.empty", "Name at least one camera.", field: "cameras")
        }
        return draft
    }

    private struct ExportList: Encodable { var exports: [ExportRecord] }
}
