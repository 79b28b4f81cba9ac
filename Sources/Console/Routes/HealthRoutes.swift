import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// Whether the process, the console and the recorder are well, for those who watch over them.
struct HealthRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/healthz", for: .open) { _, _ in Self.plain(.ok, "ok") }
        // The kind of trouble is told to anybody, the folder's name is not.
        routes.on(.get, "/readyz", for: .open) { _, _, recorder in
            let volume = await recorder.status().volume
            return volume.ok
                ? Self.plain(.ok, "ok")
                : Self.plain(
                    .serviceUnavailable, "the disk takes no clips: \(volume.code ?? "failing")")
        }
        routes.on(.get, "/api/v1/health", for: .role(.viewer)) { _, _, recorder in
            let health = HealthReport(await recorder.status())
            return .json(health, status: health.ok ? .ok : .serviceUnavailable)
        }
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
    }
}

/// Whether what is to be recorded is recorded, and why not.
struct HealthReport: Encodable, Hashable {
    /// A camera may be without video for so long.
    static let patience = Duration.seconds(60)

    var ok: Bool { reasons.isEmpty }
    /// Sentences that name the camera or the disk.
    var reasons: [String]

    init(_ status: RecorderStatus) {
        reasons = status.cameras.compactMap { camera in
            guard camera.state != .disabled else { return nil }
            let last = max(camera.lastVideo ?? status.started, status.started)
            let silence = status.now.wall - last.wall
            guard silence > Self.patience else { return nil }
            let why = camera.state == .stopped ? "recording is stopped" : camera.reason
            return "\(camera.name): no video for \(Int(silence.seconds)) s"
                + (why.map { "; \($0)" } ?? "")
        }
        if !status.volume.ok {
            reasons.append(status.volume.reason ?? "the disk does not take clips")
        }
    }

    private enum CodingKeys: String, CodingKey { case ok, reasons }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ok, forKey: .ok)
        try container.encode(reasons, forKey: .reasons)
    }
}
