import FakeCamera
import TestSupport

/// Returns a fixture as media.
func media(_ name: String) throws -> Media { try Media(path: "\(Fixture.folder)/\(name)") }

/// Starts a camera at `/main`, lets `body` look at it, and stops it.
func withCamera<Result>(
    _ fixture: String = "h264-noaudio.mp4", fault: FaultPlan? = nil,
    configure: (inout FakeCameraServer.Configuration) throws -> Void = { _ in },
    _ body: (FakeCameraServer) throws -> Result
) throws -> Result {
    var configuration = FakeCameraServer.Configuration(mounts: ["/main": try media(fixture)])
    configuration.fault = fault
    try configure(&configuration)
    let camera = try FakeCameraServer(configuration: configuration)
    defer { camera.stop() }
    return try body(camera)
}
