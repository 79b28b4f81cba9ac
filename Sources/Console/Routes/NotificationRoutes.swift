import Hummingbird

/// Lets a person try whether notices arrive.
struct NotificationRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.post, "/api/v1/notifications/test", for: .role(.admin)) { _, _, recorder in
            .json(Results(results: try await recorder.sendTestNotice()))
        }
    }

    private struct Results: Encodable { var results: [NoticeResult] }
}
