internal import CDemoVideo

/// A camera for people who have none: a built-in test card with a running clock.
public enum DemoCamera {
    /// The path at which the test card is mounted.
    public static let path = "/demo"

    /// Starts a camera that plays the built-in test card at `path`.
    ///
    /// - Parameters:
    ///   - port: the TCP port on 127.0.0.1; 0 takes a free one.
    ///   - fault: how it misbehaves; nil is a good camera.
    /// - Throws: `FakeCameraError` if the port is taken; nothing then runs.
    public static func start(
        port: UInt16 = 0, fault: FaultPlan? = nil
    ) throws(FakeCameraError) -> FakeCameraServer {
        let file = [UInt8](UnsafeBufferPointer(start: demo_video_bytes(), count: demo_video_size))
        let media = try Media(bytes: file, name: "the built-in test card")
        var configuration = FakeCameraServer.Configuration(mounts: [path: media])
        configuration.port = port
        configuration.fault = fault
        return try FakeCameraServer(configuration: configuration)
    }
}
