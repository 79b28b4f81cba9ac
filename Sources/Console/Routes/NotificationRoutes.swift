import HTTPTypes
import Hummingbird

/// Lets a person try whether notices arrive.
struct NotificationRoutes: RouteGroup {
    let recorder: any Recorder

    func add(to routes: inout Routes) {
        routes.on(.post, "/api/v1/notifications/test", for: .role(.admin)) { [recorder] _, _ in
            try await recorder.sendTestNotice()
            return Response(status: .accepted)
        }
    }
}
