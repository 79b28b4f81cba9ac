import HTTPTypes
import Hummingbird
import NIOCore

/// Numbers for Prometheus.
struct MetricsRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/metrics", for: .open) { _, context, recorder in
            // A Prometheus on this machine needs no login; from elsewhere it brings a token.
            if !context.isFromHere { try context.caller.require(.role(.viewer)) }
            let page = await MetricPage(
                status: recorder.status(), storage: try? recorder.storage(),
                counters: recorder.counters(), process: .ofThisProcess())
            return Response(
                status: .ok,
                headers: [.contentType: MetricText.mediaType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page.text)))
        }
    }
}
