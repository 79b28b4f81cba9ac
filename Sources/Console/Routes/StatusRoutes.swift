import Hummingbird

/// The present state, as it is and as it changes; recording on and off.
struct StatusRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/status", for: .role(.viewer)) { _, _, recorder in
            .json(await recorder.status())
        }
        routes.on(.get, "/api/v1/events", for: .role(.viewer)) { request, context, recorder in
            let level = try Query(request).word("log", of: EventStream.levels)
            return .stream("text/event-stream", to: request, in: context) {
                EventStream.open(recorder, level: level)
            }
        }
        routes.on(.get, "/api/v1/recording", for: .role(.viewer)) { _, _, recorder in
            .json(RecordingState(await recorder.status()))
        }
        routes.on(.put, "/api/v1/recording", for: .role(.operator)) { request, context, recorder in
            let wish = try await request.json(as: RecordingWish.self, context: context)
            try await recorder.setRecording(wish.recording, camera: wish.camera)
            return .json(await recorder.status())
        }
        routes.on(.post, "/api/v1/reload", for: .role(.admin)) { _, _, recorder in
            try await recorder.reload()
            return .done
        }
    }

    private struct RecordingWish: Decodable {
        var recording: Bool
        var camera: String?
    }

    private struct RecordingState: Encodable {
        var recording: Bool
        var cameras: [String: CameraReport.State]

        init(_ status: RecorderStatus) {
            recording = status.recording
            cameras = Dictionary(
                status.cameras.map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
