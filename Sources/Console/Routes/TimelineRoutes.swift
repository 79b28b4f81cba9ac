import Hummingbird

/// What was recorded when, what was not, and why.
struct TimelineRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/timeline", for: .role(.viewer)) { request, _, recorder in
            .json(try await recorder.timeline(Query(request).span()))
        }
        routes.on(.get, "/api/v1/gaps", for: .role(.viewer)) { request, _, recorder in
            .json(GapList(gaps: try await recorder.gaps(Query(request).span())))
        }
        routes.on(.get, "/api/v1/coverage", for: .role(.viewer)) { request, _, recorder in
            .json(CoverageList(cameras: try await recorder.coverage(Query(request).span())))
        }
    }

    private struct GapList: Encodable { var gaps: [GapRecord] }
    private struct CoverageList: Encodable { var cameras: [CoverageRecord] }
}
