import Hummingbird

/// How full the disk is and with what.
struct StorageRoutes: RouteGroup {
    let recorder: any Recorder

    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/storage", for: .role(.viewer)) { [recorder] _, _ in
            .json(try await recorder.storage())
        }
    }
}
