/// A camera for people who have none: a built-in test card with a running clock.
public enum DemoCamera {
    /// Starts a camera that plays the built-in test card at the path `/demo`.
    ///
    /// - Parameter port: the TCP port on 127.0.0.1; 0 takes a free one.
    /// - Throws: `FakeCameraError` if the port is taken; nothing then runs.
    public static func start(port: UInt16 = 0) throws(FakeCameraError) -> FakeCameraServer {
        var configuration = FakeCameraServer.Configuration(mounts: [:])
        configuration.port = port
        return try FakeCameraServer(configuration: configuration)
    }
}
