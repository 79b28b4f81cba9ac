import Hummingbird

/// The log: a page of it, or the whole file.
struct LogRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/log", for: .role(.operator)) { request, _, recorder in
            .json(try await recorder.log(Self.logQuery(Query(request))))
        }
        routes.on(.get, "/api/v1/log/file", for: .role(.operator)) { request, _, recorder in
            .file(try await recorder.logFile(), to: request, isDownload: true)
        }
    }

    private static func logQuery(_ query: Query) throws(Problem) -> LogQuery {
        var wish = LogQuery()
        wish.level = try query.word("level", of: EventStream.levels)
        wish.search = try query.text("q")
        wish.camera = try query.text("camera")
        wish.before = try query.number("before", in: 0...Int64.max)
        wish.older = try query.text("older")
        wish.limit = try query.number("limit", in: 1...1000) ?? wish.limit
        return wish
    }
}
