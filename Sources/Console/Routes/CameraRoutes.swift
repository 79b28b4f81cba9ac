import Hummingbird
import NIOCore

/// The cameras: what they do, what they show, and how they are added and changed.
struct CameraRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        addReading(to: &routes)
        addChanging(to: &routes)
    }

    private func addReading(to routes: inout Routes) {
        routes.on(.get, "/api/v1/cameras", for: .role(.viewer)) { _, context, recorder in
            .json(CameraList(cameras: try await Self.views(recorder, for: context.caller)))
        }
        routes.on(.get, "/api/v1/cameras/{name}", for: .role(.viewer)) { _, context, recorder in
            let name = context.name("name")
            let views = try await Self.views(recorder, for: context.caller)
            guard let view = views.first(where: { $0.report.name == name }) else {
                throw Problem(.notFound, "camera.unknown", "There is no camera '\(name)'.")
            }
            return .json(view)
        }
        routes.on(.get, "/api/v1/cameras/{name}/picture", for: .role(.viewer)) {
            request, context, recorder in
            let query = try Query(request)
            let picture = try await recorder.picture(
                of: context.name("name"), at: query.time("at"),
                width: query.number("width", in: 16...8192))
            return Response(
                status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture)))
        }
    }

    private func addChanging(to routes: inout Routes) {
        routes.on(.post, "/api/v1/cameras", for: .role(.admin)) { request, context, recorder in
            let draft = try await request.json(as: CameraDraft.self, context: context)
            return .json(try await recorder.add(draft), status: .created)
        }
        routes.on(.patch, "/api/v1/cameras/{name}", for: .role(.admin)) {
            request, context, recorder in
            let draft = try await request.json(as: CameraDraft.self, context: context)
            return .json(try await recorder.change(camera: context.name("name"), draft))
        }
        routes.on(.delete, "/api/v1/cameras/{name}", for: .role(.admin)) { _, context, recorder in
            try await recorder.remove(camera: context.name("name"))
            return .done
        }
        routes.on(.post, "/api/v1/cameras/probe", for: .role(.admin)) {
            request, context, recorder in
            let wish = try await request.json(as: ProbeRequest.self, context: context)
            guard (1...60).contains(wish.seconds ?? 4) else {
                throw Problem(
                    .unprocessableContent, "field.range", "'seconds' must be from 1 to 60.",
                    field: "seconds")
            }
            return .json(try await recorder.probe(wish))
        }
        routes.on(.post, "/api/v1/cameras/discover", for: .role(.admin)) { _, _, recorder in
            .json(DiscoveredList(cameras: try await recorder.discover()))
        }
    }

    /// The cameras, with their settings for those who may change them.
    private static func views(
        _ recorder: any Recorder, for caller: Caller
    ) async throws -> [CameraView] {
        let reports = await recorder.status().cameras
        guard caller.role == .admin else { return reports.map { CameraView(report: $0) } }
        let settings = try await recorder.settings().cameras
        return reports.map { report in
            CameraView(report: report, settings: settings.first { $0.name == report.name })
        }
    }

    private struct DiscoveredList: Encodable { var cameras: [DiscoveredCamera] }
    private struct CameraList: Encodable { var cameras: [CameraView] }
}

/// A camera's state and, for whoever may change them, its settings.
struct CameraView: Encodable {
    var report: CameraReport
    var settings: CameraSettingsRecord?

    private enum CodingKeys: String, CodingKey { case settings }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(settings, forKey: .settings)
    }
}
