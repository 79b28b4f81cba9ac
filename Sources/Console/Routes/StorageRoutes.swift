import Hummingbird

/// How full the disk is and with what.
struct StorageRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/storage", for: .role(.viewer)) { _, _, recorder in
            .json(try await recorder.storage())
        }
    }
}
