import Hummingbird
import NIOCore

/// Live pictures: all the cameras of a page in one answer without end.
struct LiveRoutes: RouteGroup {
    /// The most cameras of one stream.
    static let greatestCount = 64
    /// What the system may buffer for one viewer: a slow one is noticed by its own delay, and not
    /// only when megabytes lie in the kernel.
    private static let sendBuffer: Int = 256 << 10

    let hub: LiveHub?

    func add(to routes: inout Routes) {
        let hub = hub
        routes.on(.get, "/api/v1/live", for: .role(.viewer)) { request, context, recorder in
            guard let hub else {
                throw Problem(.serviceUnavailable, "live.off", "There is no live view here.")
            }
            let names = try Self.names(in: request)
            let known = Set(await recorder.status().cameras.map(\.name))
            if let stranger = names.first(where: { !known.contains($0) }) {
                throw Problem(.notFound, "camera.unknown", "There is no camera '\(stranger)'.")
            }
            guard names.allSatisfy({ hub.channel(of: $0) != nil }) else {
                throw Problem(
                    .serviceUnavailable, "live.full",
                    "Too many cameras have been renamed since the recorder started; start it again."
                )
            }
            try? await context.channel.setOption(
                .socketOption(.so_sndbuf), value: Self.sendBuffer
            ).get()
            return .stream("application/octet-stream", to: request, in: context) {
                let viewer = hub.join(names)
                return (viewer, { viewer.leave() })
            }
        }
    }

    /// The cameras that are asked for, each once.
    private static func names(in request: Request) throws -> [String] {
        let text = try Query(request).text("cameras") ?? ""
        var names: [String] = []
        for name in text.split(separator: ",").map(String.init) where !names.contains(name) {
            names.append(name)
        }
        guard (1...greatestCount).contains(names.count) else {
            throw Problem(
                .unprocessableContent, "query.invalid",
                "'cameras' must be from 1 to \(greatestCount) names with commas between.",
                field: "cameras")
        }
        return names
    }
}
