import Hummingbird

/// How full the disk is and with what.
struct StorageRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/storage", for: .role(.viewer)) { _, _, recorder in
            .json(try await recorder.storage())
        }
        routes.on(.post, "/api/v1/storage/adopt", for: .role(.admin)) { _, _, recorder in
            try await recorder.adoptVolume()
            return .done
        }
    }
}
