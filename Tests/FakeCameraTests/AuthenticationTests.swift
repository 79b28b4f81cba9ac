import AVRemux
import FakeCamera
import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(1))) struct AuthenticationTests {
    /// Opens a session with a password and closes it again.
    private func open(
        _ camera: FakeCameraServer, password: String, strongest: AuthenticationScheme = .none
    ) throws -> AuthenticationScheme {
        let request = SessionRequest(
            url: try CameraURL(parsing: camera.url("/main")),
            credentials: Credentials(username: "admin", password: Secret(password)),
            hashes: .libavutil)
        var strongest = strongest
        let client = try RTSPClient.open(
            request, clocks: SystemClocks(), cancellation: Cancellation(), strongest: &strongest)
        let scheme = client.session.authenticationUsed
        client.close()
        return scheme
    }

    private func protect(
        _ configuration: inout FakeCameraServer.Configuration, _ scheme: AuthenticationScheme
    ) {
        configuration.credentials = Credentials(username: "admin", password: Secret("right"))
        configuration.authentication = scheme
    }

    @Test(arguments: [AuthenticationScheme.basic, .digestMD5, .digestSHA256])
    func `the right password is accepted and a wrong one refused`(
        scheme: AuthenticationScheme
    ) throws {
        try withCamera(configure: { protect(&$0, scheme) }) { camera in
            let used = try open(camera, password: "right")
            #expect(used == scheme)
            #expect(throws: RTSPError.unauthorized(hadCredentials: true)) {
                try open(camera, password: "wrong")
            }
        }
    }

    @Test func `the record of requests shows that there was a password, and not which`() throws {
        try withCamera(configure: { protect(&$0, .basic) }) { camera in
            _ = try open(camera, password: "right")
            let describe = camera.requests.filter { $0.method == "DESCRIBE" }
            #expect(describe.map(\.hasAuthorization) == [false, true])
            #expect(describe.map(\.status) == [401, 200])
            #expect(describe.last?.headers["Authorization"] == "Basic")
        }
    }

    @Test func `a camera that refuses every password says 401 to each request`() throws {
        try withCamera(
            fault: FaultPlan(.wrongPassword), configure: { protect(&$0, .digestMD5) }
        ) { camera in
            #expect(throws: RTSPError.unauthorized(hadCredentials: true)) {
                try open(camera, password: "right")
            }
            #expect(camera.requests.filter { $0.status == 401 && $0.hasAuthorization }.count == 1)
        }
    }

    @Test func `a downgrade asks for Basic from the second connection on`() throws {
        try withCamera(
            fault: FaultPlan(.basicDowngrade), configure: { protect(&$0, .digestMD5) }
        ) { camera in
            let used = try open(camera, password: "right")
            #expect(used == .digestMD5)
            #expect(throws: RTSPError.basicRefused) {
                try open(camera, password: "right", strongest: .digestMD5)
            }
        }
    }
}
