public import Platform

/// One RTSP session with a camera, from OPTIONS to TEARDOWN.
///
/// It belongs to the thread that opened it. Whatever it throws, the session is then over: call
/// `close()` and open another one.
public struct RTSPClient: ~Copyable {
    /// What is known about the session.
    public let session: SessionFacts
    /// What the session has counted.
    public private(set) var statistics = SessionStatistics()

    /// Connects and sets up the first usable video and audio, up to but not including PLAY.
    ///
    /// - Throws: `RTSPError`; the connection is then closed and nothing is left in the camera.
    public static func open(
        _ request: SessionRequest, clocks: any Clocks, cancellation: Cancellation
    ) throws(RTSPError) -> RTSPClient {
        throw .noVideo
    }

    /// Asks the camera to send (PLAY).
    public mutating func play() throws(RTSPError) {}

    /// Waits for the next packet of any chosen medium.
    ///
    /// - Parameter deadline: the latest instant; packets that came before it are still delivered.
    public mutating func receive(
        deadline: MonotonicTime
    ) throws(RTSPError) -> ReceivedPacket {
        throw .timedOut(phase: .packet)
    }

    /// Says goodbye (TEARDOWN) within `budget`, even after cancellation, and closes the connection.
    public mutating func close(budget: Duration = .seconds(1)) {}
}
