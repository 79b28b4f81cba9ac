import HTTPTypes
import Hummingbird

/// Lets a person try whether notices arrive.
struct NotificationRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.post, "/api/v1/notifications/test", for: .role(.admin)) { _, _, recorder in
            try await recorder.sendTestNotice()
            return Response(status: .accepted)
        }
    }
}
