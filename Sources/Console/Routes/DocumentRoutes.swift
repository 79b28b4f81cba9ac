import Hummingbird
import NIOCore

/// The API's own description.
struct DocumentRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/openapi.json", for: .open) { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: APIDocument.text)))
        }
    }
}
