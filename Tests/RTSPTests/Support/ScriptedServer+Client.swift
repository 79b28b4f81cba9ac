import Platform
import RTSP

extension ScriptedServer {
    /// A request for this server's stream.
    func request(userinfo: String = "") throws -> SessionRequest {
        let url = try CameraURL(parsing: "rtsp://\(userinfo)127.0.0.1:\(port)/live")
        return SessionRequest(url: url, hashes: ReferenceHashes.digest)
    }

    /// Opens a session with this server.
    func open(
        userinfo: String = "", cancellation: Cancellation? = nil,
        _ change: (inout SessionRequest) -> Void = { _ in }
    ) throws -> RTSPClient {
        var request = try request(userinfo: userinfo)
        change(&request)
        return try RTSPClient.open(
            request, clocks: SystemClocks(), cancellation: cancellation ?? Cancellation())
    }

    /// Opens a session that is expected to fail, and returns why.
    func failure(
        userinfo: String = "", _ change: (inout SessionRequest) -> Void = { _ in }
    ) throws -> RTSPError? {
        do {
            try open(userinfo: userinfo, change).close()
            return nil
        } catch let error as RTSPError {
            return error
        }
    }
}
