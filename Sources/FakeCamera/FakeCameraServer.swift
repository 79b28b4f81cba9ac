public import Platform

/// An RTSP server on the loopback interface that plays media files for ever, well or badly.
///
/// It is a camera for tests, benchmarks and demonstrations: its packets are cut once, and one
/// thread serves all mounts and all clients of a server. Each session plays its media from the
/// start, in loops, with RTP time that goes on from loop to loop.
public final class FakeCameraServer: Sendable {
    /// The TCP port on which it listens.
    public let port: UInt16

    /// Starts a camera.
    ///
    /// - Throws: `FakeCameraError` if the port is taken or the media cannot be played; nothing then
    ///   runs.
    public init(configuration: Configuration) throws(FakeCameraError) {
        port = 0
    }

    /// Returns the URL of a mount, `rtsp://127.0.0.1:PORT/PATH`, without credentials.
    public func url(_ path: String) -> String {
        "rtsp://127.0.0.1:\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
    }

    /// Stops serving, closes every connection, and returns when the thread has ended.
    ///
    /// A second call does nothing.
    public func stop() {}

    /// Every request so far, in the order of the answers.
    public var requests: [Request] { [] }

    /// How many clients are connected.
    public var clients: Int { 0 }

    /// How many connections have been accepted.
    public var connections: Int { 0 }

    /// Returns how many video frames each session of a mount was sent, in the order of their PLAY.
    ///
    /// A frame counts when its last byte was given to the system.
    public func sentFrames(_ path: String) -> [Int] { [] }

    /// How many RTP packets a fault has left out so far.
    public var droppedPackets: Int { 0 }
}
