import Hummingbird

/// The clips, a page at a time, and their files.
struct ClipRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/clips", for: .role(.viewer)) { request, _, recorder in
            .json(try await recorder.clips(Self.clipQuery(Query(request))))
        }
        routes.on(.get, "/api/v1/clips/{id}", for: .role(.viewer)) { _, context, recorder in
            .json(try await recorder.clip(context.number("id", of: "clip")))
        }
        routes.on(.get, "/api/v1/clips/{id}/video.mp4", for: .role(.viewer)) {
            request, context, recorder in
            let query = try Query(request)
            let isDownload = try query.text("download") == "1"
            let frames = try query.word("frames", of: ["all", "key"]).flatMap(ClipFrames.init)
            let file = try await recorder.clipFile(
                context.number("id", of: "clip"), frames ?? .all)
            return .file(file, to: request, isDownload: isDownload)
        }
    }

    private static func clipQuery(_ query: Query) throws(Problem) -> ClipListQuery {
        var wish = ClipListQuery()
        wish.camera = try query.text("camera")
        wish.from = try query.time("from")
        wish.to = try query.time("to")
        wish.newestFirst = try query.word("order", of: ["newest", "oldest"]) != "oldest"
        wish.limit = try query.number("limit", in: 1...1000) ?? wish.limit
        wish.cursor = try query.text("cursor")
        return wish
    }
}
