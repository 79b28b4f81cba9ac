import HTTPTypes
import Hummingbird

/// The pages: one document for every page, and its files below `/assets/`.
struct WebRoutes: RouteGroup {
    /// The paths of the pages; the script in the document shows the one that is asked for.
    static let pages = [
        "/", "/live", "/timeline", "/clips", "/storage", "/settings", "/log", "/doctor", "/export",
        "/setup", "/login",
    ]

    func add(to routes: inout Routes) {
        for asset in WebAsset.all {
            let answer = Self.answer(asset)
            let isDocument = asset.path == "index.html"
            for path in isDocument ? Self.pages : ["/assets/" + asset.path] {
                routes.on(.get, path, for: .open) { request, _ in answer(request) }
            }
        }
    }

    /// A copy is kept by the browser and asked for again each time: names have no version in them.
    private static func answer(_ asset: WebAsset) -> @Sendable (Request) -> Response {
        let headers: HTTPFields = [
            .contentType: asset.mediaType, .eTag: asset.entityTag, .cacheControl: "no-cache",
        ]
        return { request in
            let condition = FileRequest(ifNoneMatch: request.headers[.ifNoneMatch])
            let answer = condition.answer(entityTag: asset.entityTag, modified: "", length: 0)
            guard answer != .notModified else {
                return Response(status: .notModified, headers: headers)
            }
            return Response(
                status: .ok, headers: headers, body: ResponseBody(byteBuffer: asset.bytes))
        }
    }
}
